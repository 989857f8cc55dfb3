"""What processing hears."""

from apps.processing import jobs, services
from frameflow.bus import subscribe, unit_of_work
from frameflow.contracts import ExtractionEnded, ProcessFile


@subscribe(ProcessFile)
def on_process_file(message: ProcessFile) -> None:
    """Queue a run and wake a worker; the wake-up is only a hint."""
    with unit_of_work("processing") as uow:
        if services.accept_run(command=message):
            uow.after_commit(jobs.wake)


@subscribe(ExtractionEnded)
def on_extraction_ended(message: ExtractionEnded) -> None:
    """Undo our part of whatever did not end ready."""
    services.discard_run(ended=message)
