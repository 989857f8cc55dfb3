"""What holds when nothing is under way any more: at silence, and after the grace of the garbage.

A deadline is a safety net: none of this may need a day to come true."""

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

from tests.simulation.snapshot import Snapshot

Breaches = Iterator[str]
GONE = ("deleted", "expired", "refused")
OLD_LEASE_S = 60.0
OLD_WRITE_S = 24 * 3600.0


#: The states in which something is still to come, by table.
UNFINISHED = {
    "videos": ("uploading",),
    "sagas": ("none", "processing"),
    "jobs": ("queued", "running"),
    "archives": ("none", "awaited"),
}


def accepted_is_terminal(now: Snapshot) -> Breaches:
    """I1: every accepted run has ended, also in each context's own mind."""
    for name, states in UNFINISHED.items():
        for key, row in getattr(now, name).items():
            if row.state in states and not getattr(row, "awaits_sender", False):
                yield f"I1: {key} of {name} is still {row.state}"
    for key, each in now.extractions.items():
        if each.state in ("processing", "cancelling") and not _is_deleted(now, key):
            yield f"I1: extraction {key} is still {each.state}"


def what_arrived_is_taken_in(now: Snapshot) -> Breaches:
    """P2: whoever was told that all bytes are here has a video of these bytes, and its digest is
    theirs or is not known, unless it is gone by a wish or by age."""
    for key, sha256 in now.arrived.items():
        video = now.videos[key]
        found = now.objects.get(video.source_key)
        if not video.was_accepted and video.state != "deleted":
            yield f"arrived: video {key} had arrived, and is {video.state}"
        elif video.state == "stored":
            told = {video.source_sha256 or sha256, found.sha256 if found else ""}
            if told != {sha256}:
                yield f"arrived: video {key} is stored with other bytes than were sent"


def saga_agrees_with_upload(now: Snapshot) -> Breaches:
    """I4a: upload knows the verdict; a deleted video has only deleted sagas."""
    for key, each in now.extractions.items():
        saga = now.sagas.get(key)
        if _is_deleted(now, key):
            if saga is None or saga.state != "deleted":
                yield f"I4a: {key} is of a deleted video, its saga {saga and saga.state}"
        elif saga is None or (saga.state, saga.run) != (each.state, each.run):
            yield f"I4a: extraction {key} is {each.state} run {each.run}, its saga {saga}"


def others_agree_with_the_saga(now: Snapshot) -> Breaches:
    """Section 10: ready <=> archive ready; any other end leaves nobody's part."""
    for key, saga in now.sagas.items():
        job, archive = now.jobs.get(key), now.archives.get(key)
        wanted = ("done", "ready") if saga.state == "ready" else ("discarded", "gone")
        if saga.state == "deleted":
            wanted = ("discarded", "deleted")
        states = (job.state if job else "none", archive.state if archive else "none")
        if states != wanted:
            yield f"I3: saga {key} is {saga.state}, job and archive are {states}"
        elif saga.state == "deleted":
            continue  # of whichever run it was heard first
        elif job and archive and (job.run, archive.run) != (saga.run, saga.run):
            yield f"I4a: {key} ended run {saga.run}, not {job.run} and {archive.run}"


def ready_has_one_good_zip(now: Snapshot) -> Breaches:
    """I2: the archive's ZIP is the job's, is whole, and holds the frames that it tells of."""
    for key, archive in now.archives.items():
        if archive.state != "ready":
            continue
        job, found = now.jobs.get(key), now.objects.get(archive.zip_key)
        if job is None or job.zip_key != archive.zip_key:
            yield f"I2: archive {key} has a ZIP that is not the job's"
        told = (archive.zip_bytes, archive.zip_sha256, archive.frames)
        if found is None or told != (found.size_bytes, found.sha256, found.frames):
            yield f"I2: archive {key} tells of {told}, there is {found}"
    for key, each in now.extractions.items():
        if each.state == "ready" and not _is_deleted(now, key) and each.published_run != each.run:
            yield f"I2: extraction {key} is ready, but was not seen to be published"


def every_frame_is_there(now: Snapshot) -> Breaches:
    """I2: each frame can be looked at, not only in the ZIP."""
    for key, archive in now.archives.items():
        job = now.jobs.get(key)
        if archive.state == "ready" and job:
            prefix = f"{now.prefix(key)}{job.fence}/frames/"
            found = sum(name.startswith(prefix) for name in now.objects)
            if found != archive.frames:
                yield f"I2: archive {key} has {found} of {archive.frames} frames"


def what_is_gone_books_nothing(now: Snapshot) -> Breaches:
    """I13: space is given back with what took it."""
    for key, video in now.videos.items():
        if video.state in GONE and video.booked_bytes:
            yield f"I13: video {key} is {video.state} and books {video.booked_bytes} bytes"
    for key, each in now.extractions.items():
        if each.booked_bytes and (each.state != "ready" or _is_deleted(now, key)):
            yield f"I13: extraction {key} is {each.state} and books {each.booked_bytes} bytes"


def one_ready_extraction_of_a_video(now: Snapshot) -> Breaches:
    """Section 10: a newer result replaces the older one."""
    ready = Counter(saga.video_id for saga in now.sagas.values() if saga.state == "ready")
    yield from (f"ready: video {key} has {n} results" for key, n in ready.items() if n > 1)


def every_delivery_is_acknowledged(now: Snapshot) -> Breaches:
    """I9: nobody waits to be told."""
    for key, each in now.outbox.items():
        if each.awaited:
            yield f"I9: {each.type} {key} awaits {sorted(each.awaited)}"


def deletions_are_said(now: Snapshot) -> Breaches:
    """I8a: a video that was accepted and is deleted was said to be."""
    said = {each.about for each in now.outbox.values() if each.type == "VIDEO_DELETED"}
    for key, video in now.videos.items():
        mine = {number for number, each in now.extractions.items() if each.video_id == key}
        if video.state == "deleted" and mine and not mine & said:
            yield f"I8a: video {key} was deleted in silence"


def no_old_lease(now: Snapshot) -> Breaches:
    """I12: no lease is over for longer than a minute."""
    for key, job in now.jobs.items():
        if job.lease_until and (now.now - job.lease_until).total_seconds() > OLD_LEASE_S:
            yield f"I12: job {key} holds a lease that ended {job.lease_until}"


def sources_go_with_their_videos(now: Snapshot) -> Breaches:
    """I3: raw video gone <=> video deleted, expired or refused."""
    for key, video in now.videos.items():
        if video.state in GONE and video.source_key in now.objects:
            yield f"I3: video {key} is {video.state}, its raw object is there"


def objects_have_owners(now: Snapshot) -> Breaches:
    """I3, I6: each object is named by a live row, and none of the run's own is missing."""
    sources = {video.source_key for video in now.videos.values() if video.state not in GONE}
    runs = {
        f"{job.owner_id}/{job.video_id}/{key}/{job.fence}/"
        for key, job in now.jobs.items()
        if job.state in ("running", "done")
    }
    for key in now.objects:
        prefix = "/".join(key.split("/")[:4]) + "/"
        if key not in sources and prefix not in runs:
            yield f"I6: object {key} belongs to nobody"


def no_old_write(now: Snapshot) -> Breaches:
    """I6: nothing lies about of writes that nobody will finish."""
    for at in now.unfinished_writes:
        if (now.now - at).total_seconds() > OLD_WRITE_S:
            yield f"I6: a write of {at} was never finished nor aborted"


def nothing_waits_for_ever(now: Snapshot) -> Breaches:
    """I1, I6: after a day an upload whose sender is gone is given up, with all that has grown."""
    for key, video in now.videos.items():
        if video.awaits_sender:
            yield f"I1: video {key} still awaits its sender"
    yield from (f"I6: {key} has grown and will never be finished" for key in now.growing)


def _is_deleted(now: Snapshot, extraction_id: UUID) -> bool:
    return now.videos[now.extractions[extraction_id].video_id].state == "deleted"


Check = Callable[[Snapshot], Breaches]

SETTLED: tuple[Check, ...] = (
    accepted_is_terminal,
    what_arrived_is_taken_in,
    saga_agrees_with_upload,
    others_agree_with_the_saga,
    ready_has_one_good_zip,
    every_frame_is_there,
    what_is_gone_books_nothing,
    one_ready_extraction_of_a_video,
    every_delivery_is_acknowledged,
    deletions_are_said,
    no_old_lease,
)
AFTER_GRACE: tuple[Check, ...] = (
    *SETTLED,
    sources_go_with_their_videos,
    objects_have_owners,
    no_old_write,
    nothing_waits_for_ever,
)
