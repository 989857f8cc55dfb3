"""Reads of processing."""

from django.db.models.functions import Now

from apps.processing.models import JobState, ProcessingJob


def count_due() -> int:
    """Return how many jobs wait for a worker."""
    return ProcessingJob.objects.filter(state=JobState.QUEUED, due_at__lte=Now()).count()


def list_queue(*, limit: int) -> list[ProcessingJob]:
    """Return the jobs that wait, in order of age."""
    waiting = ProcessingJob.objects.filter(state=JobState.QUEUED)
    return list(waiting.order_by("queued_at")[:limit])
