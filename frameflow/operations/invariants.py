"""The promise, checked from the databases and the store alone.

Each function returns one sentence for each breach. They hold when the system is quiet; those of
`ALWAYS` hold at every moment. The numbers are those of docs/discussions/delivery-guarantees.md.
"""

import hashlib
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BufferedReader
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import F, Sum
from django.db.models.functions import Now

from apps.auth.models import Notice
from apps.download.models import Archive
from apps.orchestration.models import Saga
from apps.processing.models import ProcessingJob
from apps.upload.models import Extraction, Quota, Video
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import ids_of, objects_prefix
from frameflow.operations.objects import orphans
from frameflow.storage import ObjectNotFound, store

Breaches = Iterator[str]

FINAL = ("ready", "failed", "cancelled")
LEASE_GRACE_S = 60


def accepted_is_terminal() -> Breaches:
    """I1: every accepted extraction has ended."""
    for each in Extraction.objects.filter(state__in=("processing", "cancelling")):
        if each.video.state != "deleted":
            yield f"extraction {each.pk} is still {each.state}"


def ready_has_one_good_zip() -> Breaches:
    """I2: ready <=> one ready Archive whose ZIP is the job's, whole, and opens."""
    archives = {each.pk: each for each in Archive.objects.filter(state="ready")}
    ready = Extraction.objects.filter(state="ready").exclude(video__state="deleted")
    wanted = {each.pk for each in ready}
    for each in ready.exclude(published_run=F("run")):
        yield f"extraction {each.pk} is ready but was not seen to be published"
    for pk in wanted ^ set(archives):
        yield f"extraction {pk} and its Archive disagree about ready"
    for pk in wanted & set(archives):
        yield from _zip_breaches(archives[pk], ProcessingJob.objects.filter(pk=pk).first())


def _zip_breaches(archive: Archive, job: ProcessingJob | None) -> Breaches:
    about = f"archive {archive.pk}"
    if job is None or job.state != "done" or (job.result or {}).get("zip_key") != archive.zip_key:
        yield f"{about}: its ZIP is not the job's"
        return
    try:
        with store().local_file(archive.zip_key) as file:
            if (
                hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()
                != archive.zip_sha256
            ):
                yield f"{about}: another sha256"
            with zipfile.ZipFile(file) as opened:
                rows = json.loads(opened.read("manifest.json"))["frames"]
                told = [*(row["file"] for row in rows), "manifest.json", "manifest.csv"]
                if opened.namelist() != told or opened.testzip():
                    yield f"{about}: frames and manifest disagree"
    except ObjectNotFound:
        yield f"{about}: its ZIP is gone"
    except zipfile.BadZipFile:
        yield f"{about}: its ZIP does not open"


def other_ends_leave_nothing() -> Breaches:
    """I3: no ZIP and no frames after any other end; no raw video of a video that is gone."""
    ended = Saga.objects.filter(state__in=("failed", "cancelled", "expired", "deleted"))
    for saga in ended:
        if any(True for _ in store().list(objects_prefix(ids_of(saga)))):
            yield f"extraction {saga.pk} ended {saga.state} but has objects"
    for video in Video.objects.filter(state__in=("deleted", "expired", "refused")):
        if _exists(video.source_key):
            yield f"video {video.pk} is {video.state} but its raw object is there"
    for video in Video.objects.filter(state="stored"):
        if not _exists(video.source_key):
            yield f"video {video.pk} is stored but its raw object is gone"


def saga_agrees_with_upload() -> Breaches:
    """I4: one verdict for a run, and upload knows it."""
    said: Counter[tuple[str, int]] = Counter()
    for message in OutboxMessage.objects.using("orchestration").filter(type="EXTRACTION_ENDED"):
        if message.payload["outcome"] in FINAL:
            said[message.payload["extraction_id"], message.payload["run"]] += 1
    for (extraction_id, run), count in said.items():
        if count > 1:
            yield f"extraction {extraction_id} run {run} ended {count} times"
    sagas = {each.pk: each for each in Saga.objects.all()}
    for each in Extraction.objects.exclude(video__state="deleted"):
        saga = sagas.get(each.pk)
        if saga is None or (saga.state, saga.run) != (each.state, each.run):
            yield f"extraction {each.pk} is {each.state} run {each.run}, its saga {saga}"


def one_notice_of_a_kind() -> Breaches:
    """I5: at most one notification of a kind for a run."""
    seen = Counter(Notice.objects.values_list("extraction_id", "run", "kind"))
    yield from (f"notice {key} exists {count} times" for key, count in seen.items() if count > 1)


def objects_have_owners() -> Breaches:
    """I6: every object is named by a live row, or younger than the grace."""
    yield from (f"object {found.key} belongs to nobody" for found in orphans())


def published_by_the_publishing_fence() -> Breaches:
    """I7: what is published was written by the fence that published it."""
    for job in ProcessingJob.objects.filter(state="done"):
        result = job.result or {}
        if result.get("fence") != job.fence or f"/{job.fence}/" not in result.get("zip_key", ""):
            yield f"job {job.pk} publishes {result.get('zip_key')} at fence {job.fence}"


def transitions_are_messages() -> Breaches:
    """I8: what was decided was said, and said once."""
    said: defaultdict[str, set[UUID]] = defaultdict(set)
    for message in OutboxMessage.objects.using("upload").filter(type="FILE_UPLOADED"):
        said["uploaded"].add(message.correlation_id)
    for extraction in Extraction.objects.filter(extraction_no=1):
        if extraction.pk not in said["uploaded"]:
            yield f"extraction {extraction.pk} was accepted without FILE_UPLOADED"
    processed = OutboxMessage.objects.using("processing").filter(type="FILE_PROCESSED")
    fences = Counter((each.correlation_id, each.payload["fence"]) for each in processed)
    yield from (f"{key} was published {n} times" for key, n in fences.items() if n > 1)


def deliveries_are_acknowledged() -> Breaches:
    """I9: every delivery is acknowledged, and each acknowledged one has its inbox row."""
    for context in settings.ACTIVE_CONTEXTS:
        kept = OutboxDelivery.objects.using(context.alias)
        for open_ in kept.filter(acked_at=None).select_related("message"):
            yield f"{open_.message.type} {open_.message_id} awaits {open_.consumer}"
        acked = kept.exclude(acked_at=None).values_list("consumer", "message_id")
        by_consumer: defaultdict[str, set[UUID]] = defaultdict(set)
        for consumer, message_id in acked:
            by_consumer[consumer].add(message_id)
        for consumer, ids in by_consumer.items():
            inbox = InboxMessage.objects.using(consumer).exclude(handled_at=None)
            missing = ids - set(inbox.values_list("message_id", flat=True))
            yield from (f"{each} was acknowledged by {consumer} unheard" for each in missing)


def tries_and_fences_are_sound() -> Breaches:
    """I11: tries stay within the limit, and no fence is behind its tries."""
    for job in ProcessingJob.objects.filter(tries__gt=settings.MAX_TRIES):
        yield f"job {job.pk} was tried {job.tries} times"
    for job in ProcessingJob.objects.filter(fence__lt=F("tries")):
        yield f"job {job.pk} has fence {job.fence} behind {job.tries} tries"


def no_old_lease() -> Breaches:
    """I12: no lease is over for longer than a minute."""
    over = Now() - timedelta(seconds=LEASE_GRACE_S)
    for job in ProcessingJob.objects.filter(state="running", lease_until__lt=over):
        yield f"job {job.pk} holds a lease that ended {job.lease_until}"


def usage_is_the_sum() -> Breaches:
    """I13: what an owner uses is the sum of what the live rows have booked."""
    for quota in Quota.objects.all():
        mine = Video.objects.filter(owner_id=quota.owner_id)
        videos = mine.aggregate(sum=Sum("booked_bytes"))["sum"] or 0
        results = Extraction.objects.filter(video__in=mine).aggregate(sum=Sum("booked_bytes"))
        total = videos + (results["sum"] or 0)
        if total != quota.used_bytes:
            yield f"owner {quota.owner_id} uses {quota.used_bytes}, the rows say {total}"


def _exists(key: str) -> bool:
    try:
        store().stat(key)
    except ObjectNotFound:
        return False
    return True


INVARIANTS: dict[str, Callable[[], Breaches]] = {
    "I1": accepted_is_terminal,
    "I2": ready_has_one_good_zip,
    "I3": other_ends_leave_nothing,
    "I4": saga_agrees_with_upload,
    "I5": one_notice_of_a_kind,
    "I6": objects_have_owners,
    "I7": published_by_the_publishing_fence,
    "I8": transitions_are_messages,
    "I9": deliveries_are_acknowledged,
    "I11": tries_and_fences_are_sound,
    "I12": no_old_lease,
    "I13": usage_is_the_sum,
}
ALWAYS = ("I5", "I7", "I11", "I12")
