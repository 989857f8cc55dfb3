"""What download hears."""

from apps.download import services
from frameflow.bus import subscribe
from frameflow.contracts import (
    ExtractionEnded,
    ExtractionProgressed,
    ExtractionRequested,
    FileUploaded,
)


@subscribe(FileUploaded)
def on_file_uploaded(message: FileUploaded) -> None:
    """An Archive will come."""
    services.advance_archive(heard=message)


@subscribe(ExtractionRequested)
def on_extraction_requested(message: ExtractionRequested) -> None:
    """Another Archive will come, or another run of this one."""
    services.advance_archive(heard=message)


@subscribe(ExtractionEnded)
def on_extraction_ended(message: ExtractionEnded) -> None:
    """The verdict: there is an Archive, or there is none."""
    services.advance_archive(heard=message)


@subscribe(ExtractionProgressed)
def on_extraction_progressed(message: ExtractionProgressed) -> None:
    """Some frames can be shown already."""
    services.note_progress(progressed=message)
