"""What the rows promise lies in the store, whole, and nothing else does."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from apps.download.models import Archive
from apps.orchestration.models import Saga
from apps.processing.models import ProcessingJob
from apps.upload.models import Extraction, Video
from apps.upload.selectors import get_stale_write_age_s
from frameflow.operations.invariants.evidence import Breaches, Evidence, Objects, asked, chunks
from frameflow.operations.invariants.zips import zip_breaches
from frameflow.operations.objects import HAS_SOURCE, extraction_in, orphans, run_of
from frameflow.storage import store

#: Frames whose key is not under the fence of their row.
_FOREIGN_FRAMES = """
SELECT f.job_id, f.key, j.fence FROM frame f JOIN processing_job j ON j.extraction_id = f.job_id
WHERE j.state = 'done' AND NOT starts_with(f.key,
  j.owner_id || '/' || j.video_id || '/' || j.extraction_id || '/' || j.fence || '/')
"""
_FRAMES = "SELECT job_id, count(*) FROM frame WHERE job_id = ANY(%s::uuid[]) GROUP BY 1"
#: The sweeper of unfinished writes goes round every minute.
STALE_GRACE_S = 300


def ready_has_one_good_zip(evidence: Evidence) -> Breaches:
    """I2: ready <=> one ready Archive whose ZIP is the job's, whole, and opens."""
    ready = Extraction.objects.filter(state="ready").exclude(video__state="deleted")
    for pk in ready.exclude(published_run=F("run")).values_list("pk", flat=True).iterator():
        yield f"extraction {pk} is ready but was not seen to be published"
    for chunk in chunks(ready.values_list("pk", flat=True).iterator()):
        has = Archive.objects.filter(pk__in=chunk, state="ready").values_list("pk", flat=True)
        for pk in set(chunk) - set(has):
            yield f"extraction {pk} is ready, its Archive is not"
    yield from _archive_breaches(evidence)
    yield from _opened(evidence)


def _archive_breaches(evidence: Evidence) -> Breaches:
    for chunk in chunks(Archive.objects.filter(state="ready").iterator()):
        ids = [each.pk for each in chunk]
        jobs = ProcessingJob.objects.in_bulk(ids)
        ready = set(
            Extraction.objects.filter(pk__in=ids, state="ready").values_list("pk", flat=True)
        )
        for archive in chunk:
            if archive.pk not in ready:
                yield f"archive {archive.pk} is ready, its extraction is not"
            yield from _not_the_jobs(archive, jobs.get(archive.pk), evidence)


def _not_the_jobs(archive: Archive, job: ProcessingJob | None, evidence: Evidence) -> Breaches:
    about, result = f"archive {archive.pk}", _result(job)
    for name in ("zip_key", "zip_bytes", "zip_sha256", "manifest_key", "frames_prefix", "frames"):
        if result.get(name) != getattr(archive, name):
            yield f"{about}: its {name} is not the job's"
    there = evidence.census.runs.get(run_of(archive.zip_key), Objects())
    if there.zip_bytes is None:
        yield f"{about}: its ZIP is gone"
    elif there.zip_bytes != archive.zip_bytes:
        yield f"{about}: its ZIP has {there.zip_bytes} bytes, not {archive.zip_bytes}"


def _opened(evidence: Evidence) -> Breaches:
    archives = Archive.objects.filter(state="ready")
    if evidence.zips is not None:
        archives = archives.order_by("?")[: evidence.zips]
    for archive in archives.iterator():
        yield from zip_breaches(archive)


def other_ends_leave_nothing(evidence: Evidence) -> Breaches:
    """I3: no object after any other end; a raw video is there <=> its row may have one."""
    ids = (extraction_in(prefix) for prefix in evidence.census.fences)
    for chunk in chunks(each for each in ids if each):  # the others: I6
        ended = Saga.objects.filter(pk__in=chunk).exclude(state__in=("ready", "processing"))
        for saga in ended.exclude(state="none"):
            yield f"extraction {saga.pk} ended {saga.state} but has objects"
    yield from _raw_videos(evidence.census.sources)


def _raw_videos(sources: set[str]) -> Breaches:
    rows = Video.objects.order_by("pk").values_list("pk", "state", "source_key")
    for pk, state, key in rows.iterator():
        if state == "stored" and key not in sources:
            yield f"video {pk} is stored but its raw object is gone"
        elif state not in HAS_SOURCE and key in sources:
            yield f"video {pk} is {state} but its raw object is there"


def objects_have_owners(evidence: Evidence) -> Breaches:
    """I6: every object is named by a live row, or young; no unfinished write is old."""
    yield from (f"object {found.key} belongs to nobody" for found in orphans())
    stale = store().abort_stale_writes(get_stale_write_age_s() + STALE_GRACE_S, dry_run=True)
    if stale:
        yield f"{stale} unfinished writes are old"


def published_by_the_publishing_fence(evidence: Evidence) -> Breaches:
    """I7a: what is published was written by the fence that published it."""
    for job in _done():
        result = _result(job)
        keys = [str(result.get(name)) for name in ("zip_key", "manifest_key", "frames_prefix")]
        if result.get("fence") != job.fence or {run_of(key) for key in keys} != {_under(job)}:
            yield f"job {job.pk} publishes {result.get('zip_key')} at fence {job.fence}"
    for pk, key, fence in asked("processing", _FOREIGN_FRAMES):
        yield f"job {pk} publishes {key} at fence {fence}"


def what_is_published_is_there(evidence: Evidence) -> Breaches:
    """I7: under a published fence lie its frames, ZIP and manifests, and under no other any."""
    for chunk in chunks(_done()):
        rows = dict(asked("processing", _FRAMES, [str(job.pk) for job in chunk]))
        for job in chunk:
            wanted, counted = _wanted(job), rows.get(job.pk, 0)
            there = evidence.census.runs.get(_under(job), Objects())
            if there != wanted:
                yield f"job {job.pk}: {there} lie in the store, not {wanted}"
            if counted != wanted.frames:
                yield f"job {job.pk}: {counted} frames have rows, not {wanted.frames}"
            for fence in set(evidence.census.fences.get(job.prefix, ())) - {job.fence}:
                yield f"job {job.pk} publishes fence {job.fence} and has objects of {fence}"


def _wanted(job: ProcessingJob) -> Objects:
    result = _result(job)
    frames = result.get("frames", 0)
    return Objects(zip_bytes=result.get("zip_bytes"), manifests=2, frames=frames, thumbs=frames)


def _done() -> Iterator[ProcessingJob]:
    return ProcessingJob.objects.filter(state="done").order_by("pk").iterator()


def _under(job: ProcessingJob) -> str:
    return f"{job.prefix}{job.fence}"


def _result(job: ProcessingJob | None) -> dict[str, Any]:
    return (job.result or {}) if job and job.state == "done" else {}
