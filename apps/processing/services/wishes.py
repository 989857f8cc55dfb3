"""What the saga asks of processing."""

from django.db.models.functions import Now

from apps.processing.services.advancing import advance, locked_or_new
from frameflow.bus import unit_of_work
from frameflow.contracts import ExtractionEnded, Outcome, ProcessFile

ALIAS = "processing"


def accept_run(*, command: ProcessFile) -> bool:
    """Queue a run; one not higher than the row's is old news. Return whether it was taken."""
    with unit_of_work(ALIAS) as uow:
        job = locked_or_new(command)
        if not advance(uow, job, command).is_change:
            return False
        job.result = job.last_error = None
        job.steps = []
        job.source_key, job.source_bytes = command.source_key, command.source_bytes
        job.source_sha256, job.source_read_bytes = command.source_sha256 or "", None
        job.options = command.options.model_dump(mode="json")
        job.queued_at = Now()
        job.save()
        job.frames.all().delete()
        return True


def discard_run(*, ended: ExtractionEnded) -> None:
    """Undo processing's part of a run that did not end ready: the compensation."""
    if ended.outcome is Outcome.READY:
        return  # changes nothing, and needs no tombstone
    with unit_of_work(ALIAS) as uow:
        job = locked_or_new(ended)
        if advance(uow, job, ended).is_change:
            job.result = None
            job.save()
            job.frames.all().delete()
