"""Reads of processing."""

from django.db.models.functions import Now

from apps.processing.models import JobState, ProcessingJob


def count_due() -> int:
    """Return how many jobs wait for a worker."""
    return ProcessingJob.objects.filter(state=JobState.QUEUED, due_at__lte=Now()).count()


def list_queue(*, limit: int) -> list[ProcessingJob]:
    """Return the jobs that are due, the one that waits longest first. A claim also looks at how
    many jobs an owner has running, so this is the order only where all have as many."""
    waiting = ProcessingJob.objects.filter(state=JobState.QUEUED, due_at__lte=Now())
    return list(waiting.order_by("queued_at")[:limit])
