"""What the saga asks of processing: the rows `PROCESS_FILE` and `ended` of section
'ProcessingJob' in docs/reference/state-machines.md."""

from django.db.models.functions import Now

from apps.processing.models import JobState, ProcessingJob
from apps.processing.services.garbage import mark_for_sweep
from frameflow.bus import unit_of_work
from frameflow.contracts import ExtractionEnded, ExtractionMessage, Outcome, ProcessFile

ALIAS = "processing"


def accept_run(*, command: ProcessFile) -> bool:
    """Queue a run; one not higher than the row's is old news. Return whether it was taken."""
    with unit_of_work(ALIAS):
        job = _locked(command)
        if command.run <= job.run:
            return False
        mark_for_sweep(job)
        job.leave(JobState.QUEUED)
        job.run = command.run
        job.tries = job.child_deaths = 0
        job.result = job.last_error = None
        job.steps = []
        job.source_key, job.source_bytes = command.source_key, command.source_bytes
        job.source_sha256, job.source_read_bytes = command.source_sha256 or "", None
        job.options = command.options.model_dump(mode="json")
        job.due_at = job.queued_at = Now()
        job.save()
        job.frames.all().delete()
        return True


def discard_run(*, ended: ExtractionEnded) -> None:
    """Undo processing's part of a run that did not end ready: the compensation."""
    if ended.outcome == Outcome.READY:
        return
    with unit_of_work(ALIAS):
        job = _locked(ended)
        if ended.outcome != Outcome.DELETED and not _applies(job, ended.run):
            return
        mark_for_sweep(job)
        job.leave(JobState.DISCARDED)
        job.run = max(job.run, ended.run)
        job.result = None
        job.save()
        job.frames.all().delete()


def _applies(job: ProcessingJob, run: int) -> bool:
    return run > job.run or (run == job.run and job.state != JobState.DISCARDED)


def _locked(message: ExtractionMessage) -> ProcessingJob:
    """Return the job's row, locked; what was never heard of gets a tombstone."""
    job, _ = ProcessingJob.objects.select_for_update().get_or_create(
        extraction_id=message.extraction_id,
        defaults={
            "video_id": message.video_id,
            "owner_id": message.owner_id,
            "extraction_no": message.extraction_no,
        },
    )
    return job
