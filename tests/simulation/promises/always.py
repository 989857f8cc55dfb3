"""What holds after every single step, whatever has just died."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from tests.simulation.snapshot import Said, Snapshot

Breaches = Iterator[str]
FINAL = ("ready", "failed", "cancelled")


def one_ending_of_a_run(before: Snapshot, now: Snapshot) -> Breaches:
    """I4a: a run ends ready, failed or cancelled once, and expired and deleted once each."""
    ends = [each for each in now.outbox.values() if each.type == "EXTRACTION_ENDED"]
    final = Counter((each.about, each.run) for each in ends if each.outcome in FINAL)
    other = Counter((each.about, each.run, each.outcome) for each in ends)
    for key, count in (*final.items(), *other.items()):
        if count > 1:
            yield f"I4a: {count} endings of {key}"


#: Where one may go from a state at rest within the same run.
_FROM_REST = {
    "ready": {"expired", "deleted"},
    "failed": {"expired", "deleted"},
    "cancelled": {"expired", "deleted"},
    "expired": {"deleted"},
    "deleted": set[str](),
}


def rest_is_left_only_by_rule(before: Snapshot, now: Snapshot) -> Breaches:
    """Section 10: a state at rest changes only to expired, to deleted, or by a higher run."""
    for name, was, is_ in (
        ("saga", before.sagas, now.sagas),
        ("extraction", before.extractions, now.extractions),
    ):
        for key, old, new in _changed(was, is_):
            allowed = {old.state} | _FROM_REST.get(old.state, {new.state})
            if new.run == old.run and new.state not in allowed:
                yield f"rest: {name} {key} went from {old.state} to {new.state} in run {old.run}"


def runs_never_go_back(before: Snapshot, now: Snapshot) -> Breaches:
    """A lower run is old news, for everybody; what is deleted stays so."""
    for name in ("sagas", "extractions", "jobs", "archives"):
        for key, old, new in _changed(getattr(before, name), getattr(now, name)):
            if new.run < old.run:
                yield f"run: {name} {key} went back from run {old.run} to {new.run}"
            if old.state == "deleted" and new.state != "deleted":
                yield f"tombstone: {name} {key} is {new.state} after it was deleted"


def a_cancel_is_not_forgotten(before: Snapshot, now: Snapshot) -> Breaches:
    """Section 10: cancelling ends, and never becomes processing again."""
    for key, old, new in _changed(before.extractions, now.extractions):
        if old.state == "cancelling" and (new.state == "processing" or new.run != old.run):
            yield f"cancel: {key} went from cancelling to {new.state} run {new.run}"
    asked = {(each.about, each.run) for each in _said(now, "CANCEL_REQUESTED")}
    for key, each in now.extractions.items():
        if each.state == "cancelling" and (key, each.run) not in asked:
            yield f"cancel: {key} is cancelling, and nobody was told"


def a_cancel_is_answered(before: Snapshot, now: Snapshot) -> Breaches:
    """Section 10: a saga that takes in a cancel of the run that it works on ends it."""
    if now.inbox == before.inbox:
        return
    new = set(now.inbox) - set(before.inbox)
    heard = [now.outbox.get(key) for consumer, key in new if consumer == "orchestration"]
    if [each and each.type for each in heard] == ["CANCEL_REQUESTED"]:
        saga = before.sagas.get(heard[0].about)
        is_at_work = saga and (saga.state, saga.run) == ("processing", heard[0].run)
        if is_at_work and now.sagas[heard[0].about].state == "processing":
            yield f"cancel: saga {heard[0].about} goes on with a cancelled run"


def what_is_ready_exists(before: Snapshot, now: Snapshot) -> Breaches:
    """Section 10: a published object exists, until the saga takes it back."""
    for key, saga in now.sagas.items():
        job = now.jobs.get(key)
        if saga.state == "ready" and (job is None or job.zip_key not in now.objects):
            yield f"published: {key} is ready and its ZIP is not there"


def sources_of_stored_videos_exist(before: Snapshot, now: Snapshot) -> Breaches:
    """Section 10: no raw video is removed under a run at work, nor before its video is gone."""
    for key, video in now.videos.items():
        if video.state == "stored" and video.source_key not in now.objects:
            yield f"source: video {key} is stored and its raw object is gone"


def fences_count_claims(before: Snapshot, now: Snapshot) -> Breaches:
    """I11a: tries stay within the limit, and a fence moves forward by one, by a claim."""
    for key, job in now.jobs.items():
        if job.tries > now.max_tries or job.tries > job.fence:
            yield f"I11a: job {key} has {job.tries} tries at fence {job.fence}"
    for key, old, new in _changed(before.jobs, now.jobs):
        is_claim = new.fence == old.fence + 1 and new.state == "running"
        if new.fence != old.fence and not is_claim:
            yield f"I11a: job {key} went from fence {old.fence} to {new.fence} ({new.state})"
        if new.state == "running" and old.state not in ("queued", "running"):
            yield f"I11a: job {key} runs after it was {old.state}"


def published_by_its_fence(before: Snapshot, now: Snapshot) -> Breaches:
    """I7a: what a job publishes was written under the fence that publishes it."""
    for key, job in now.jobs.items():
        mine = f"{job.owner_id}/{job.video_id}/{key}/{job.fence}/"
        if job.state == "done" and not (
            job.result_fence == job.fence and job.zip_key.startswith(mine)
        ):
            yield f"I7a: job {key} at fence {job.fence} publishes {job.zip_key}"


def transitions_are_messages(before: Snapshot, now: Snapshot) -> Breaches:
    """I8a: what was decided was said in the same transaction."""
    for key, old, new in _moved(before.sagas, now.sagas):
        if new.state in _FROM_REST and not _is_said(now, "EXTRACTION_ENDED", key, new.state):
            yield f"I8a: saga {key} went from {old} to {new.state} in silence"
        if new.state == "processing" and not _is_said(now, "PROCESS_FILE", key, run=new.run):
            yield f"I8a: saga {key} runs without PROCESS_FILE"
    for key, _, new in _moved(before.jobs, now.jobs):
        if new.state == "done" and not _is_said(now, "FILE_PROCESSED", key, fence=new.fence):
            yield f"I8a: job {key} is done in silence"
        if new.state == "failed" and not _is_said(now, "FILE_FAILED", key, fence=new.fence):
            yield f"I8a: job {key} failed in silence"
    for key, _, new in _moved(before.archives, now.archives):
        if new.state == "ready" and not _is_said(now, "ARCHIVE_PUBLISHED", key, run=new.run):
            yield f"I8a: archive {key} is ready in silence"
    yield from _wishes_are_messages(before, now)


def _wishes_are_messages(before: Snapshot, now: Snapshot) -> Breaches:
    for key, extraction in now.extractions.items():
        was = before.extractions.get(key)
        if was is not None and was.run == extraction.run:
            continue
        first = (extraction.extraction_no, extraction.run) == (1, 1)
        wish = "FILE_UPLOADED" if first else "EXTRACTION_REQUESTED"
        if not _is_said(now, wish, key, run=extraction.run):
            yield f"I8a: extraction {key} run {extraction.run} was wished for in silence"


def acknowledged_is_heard(before: Snapshot, now: Snapshot) -> Breaches:
    """I9: what is acknowledged has its inbox row."""
    heard = set(now.inbox)
    for key, each in now.outbox.items():
        for consumer in each.acked:
            if (consumer, key) not in heard:
                yield f"I9: {each.type} {key} was acknowledged by {consumer} unheard"


def inbox_rows_are_unique(before: Snapshot, now: Snapshot) -> Breaches:
    """I10a: a consumer has one row for a message."""
    if len(set(now.inbox)) != len(now.inbox):
        yield "I10a: an inbox has two rows for one message"


def one_notice_of_a_kind(before: Snapshot, now: Snapshot) -> Breaches:
    """I5a: at most one mail of a kind about a run."""
    seen = Counter((each.extraction_id, each.run, each.kind) for each in now.notices)
    yield from (f"I5a: {count} notices {key}" for key, count in seen.items() if count > 1)


def usage_is_the_sum(before: Snapshot, now: Snapshot) -> Breaches:
    """I13: what an owner uses is the sum of what the live rows have booked."""
    used: Counter[UUID] = Counter()
    for video in now.videos.values():
        used[video.owner_id] += video.booked_bytes
    for extraction in now.extractions.values():
        used[now.videos[extraction.video_id].owner_id] += extraction.booked_bytes
    for owner_id, said in now.quota.items():
        if used[owner_id] != said:
            yield f"I13: {owner_id} uses {said} bytes, the rows say {used[owner_id]}"


def nothing_impossible_happens(before: Snapshot, now: Snapshot) -> Breaches:
    """The cells that cannot be reached are not."""
    yield from (f"alarm: {each}" for each in now.alarms)


def _changed(was: Mapping[UUID, Any], is_: Mapping[UUID, Any]) -> Iterator[tuple[UUID, Any, Any]]:
    for key, old in was.items():
        new = is_.get(key)
        if new is not None and new is not old and new != old:
            yield key, old, new


def _moved(was: Mapping[UUID, Any], is_: Mapping[UUID, Any]) -> Iterator[tuple[UUID, str, Any]]:
    """Yield what has another state or run than before, or is new."""
    for key, new in is_.items():
        old = was.get(key)
        if old is None or (old.state, old.run) != (new.state, new.run):
            yield key, old.state if old else "none", new


def _said(now: Snapshot, type_: str) -> Iterator[Said]:
    return (each for each in now.outbox.values() if each.type == type_)


def _is_said(
    now: Snapshot, type_: str, about: UUID, outcome: str = "", run: int = 0, fence: int = 0
) -> bool:
    wanted = {"outcome": outcome, "run": run, "fence": fence}
    return any(
        each.about == about
        and all(getattr(each, name) == value for name, value in wanted.items() if value)
        for each in _said(now, type_)
    )


Check = Callable[[Snapshot, Snapshot], Breaches]
#: What each check reads: where none of that was made anew, it has nothing to find.
READS: Mapping[Check, tuple[str, ...]] = {
    one_ending_of_a_run: ("outbox",),
    rest_is_left_only_by_rule: ("sagas", "extractions"),
    runs_never_go_back: ("sagas", "extractions", "jobs", "archives"),
    a_cancel_is_not_forgotten: ("extractions", "outbox"),
    a_cancel_is_answered: ("inbox",),
    what_is_ready_exists: ("sagas", "jobs", "objects"),
    sources_of_stored_videos_exist: ("videos", "objects"),
    fences_count_claims: ("jobs",),
    published_by_its_fence: ("jobs",),
    transitions_are_messages: ("sagas", "jobs", "archives", "extractions", "outbox"),
    acknowledged_is_heard: ("outbox", "inbox"),
    inbox_rows_are_unique: ("inbox",),
    one_notice_of_a_kind: ("notices",),
    usage_is_the_sum: ("videos", "extractions", "quota"),
    nothing_impossible_happens: ("alarms",),
}
ALWAYS = tuple(READS)
_PARTS = {name for reads in READS.values() for name in reads}


def broken(before: Snapshot, now: Snapshot) -> Breaches:
    """Yield what a step has broken."""
    new = {name for name in _PARTS if getattr(before, name) is not getattr(now, name)}
    for check, reads in READS.items():
        if not new.isdisjoint(reads):
            yield from check(before, now)
