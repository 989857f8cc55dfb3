"""What is still under way: before that is nothing, not every invariant can hold."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from apps.orchestration.models import Saga
from apps.processing import jobs
from apps.processing.models import ProcessingJob
from apps.upload.models import Extraction, Quota, Video
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage

LOOK_EVERY_S = 0.5


def under_way() -> dict[str, int]:
    """Return how much of each kind of work there is, without what there is none of."""
    return {words: count for words, count in _counts() if count}


def _counts() -> Iterator[tuple[str, int]]:
    at_work = Extraction.objects.filter(state__in=("processing", "cancelling"))
    running = ProcessingJob.objects.filter(state__in=("queued", "running"))
    yield "uploads", Video.objects.filter(state="uploading").count()
    yield "extractions at work", at_work.exclude(video__state="deleted").count()
    yield "jobs queued or running", running.count()
    yield "wake-ups", jobs.count_wake_ups()
    timers = Q(state="processing") | Q(timer_at__lte=Now())
    yield "sagas at work", Saga.objects.filter(timers).count()
    yield "messages not acknowledged", sum(map(_awaited, _aliases()))
    yield (
        "objects to remove",
        sum(rows.objects.filter(sweep_at__lte=Now()).count() for rows in (Video, ProcessingJob)),
    )
    yield (
        "accounts to empty",
        Quota.objects.filter(closed_at__isnull=False, emptied_at=None).count(),
    )


def wait_until_quiet(timeout_s: float) -> dict[str, int]:
    """Wait until nothing is under way; return what still is when the time is over.

    The contexts are looked at one after another, and what moves on may be missed by each: quiet
    is what looked quiet twice, without a message in between.
    """
    deadline = time.monotonic() + timeout_s
    before = -1
    while True:
        work, heard = under_way(), _messages()
        if not work and heard == before:
            return {}
        if time.monotonic() >= deadline:
            return work or {"messages under way": heard - before}
        before = -1 if work else heard
        time.sleep(LOOK_EVERY_S)


def _messages() -> int:
    """Return how many messages were ever said or heard."""
    return sum(
        OutboxMessage.objects.using(alias).count() + InboxMessage.objects.using(alias).count()
        for alias in _aliases()
    )


def _awaited(alias: str) -> int:
    return OutboxDelivery.objects.using(alias).filter(acked_at=None).count()


def _aliases() -> list[str]:
    return [context.alias for context in settings.ACTIVE_CONTEXTS]
