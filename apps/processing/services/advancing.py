"""One step of a job: ask the pure table, take over what it decides, and say it."""

from uuid import UUID

from django.conf import settings

from apps.processing.models import ProcessingJob
from apps.processing.transitions import Heard, Policy, Reaction, react
from frameflow.bus import UnitOfWork
from frameflow.contracts import ExtractionMessage, FileFailed, FileProcessed, ids_of


def policy() -> Policy:
    """Return the tries and pauses that the operator chose."""
    return Policy(max_tries=settings.MAX_TRIES, back_off_s=tuple(settings.BACK_OFF_S))


def advance(uow: UnitOfWork, job: ProcessingJob, heard: Heard) -> Reaction:
    """Change a locked job by what was heard; the caller saves it where that is a change."""
    reaction = react(job.value(), heard, policy=policy())
    if reaction.is_change:
        job.take(reaction)
    for message in reaction.messages:
        assert isinstance(message, FileProcessed | FileFailed)  # noqa: S101  says no other
        job.steps = [step.model_dump(mode="json") for step in message.steps]
        uow.publish(message)
    return reaction


def locked(extraction_id: UUID) -> ProcessingJob | None:
    """Return the job's row, locked until the transaction ends."""
    return ProcessingJob.objects.select_for_update().filter(pk=extraction_id).first()


def locked_or_new(message: ExtractionMessage) -> ProcessingJob:
    """Return the job's row, locked; what was never heard of gets one, of run 0."""
    ids = ids_of(message)
    del ids["run"]
    return ProcessingJob.objects.select_for_update().get_or_create(
        extraction_id=ids.pop("extraction_id"), defaults=ids
    )[0]
