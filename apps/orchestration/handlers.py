"""What orchestration hears."""

from apps.orchestration import selectors, services
from frameflow.bus import subscribe
from frameflow.contracts import (
    CancelRequested,
    ExpiryExtended,
    ExtractionRequested,
    FileFailed,
    FileProcessed,
    FileUploaded,
    VideoDeleted,
)


@subscribe(FileUploaded)
def on_file_uploaded(message: FileUploaded) -> None:
    """A video was accepted: start its first extraction."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(ExtractionRequested)
def on_extraction_requested(message: ExtractionRequested) -> None:
    """Extract again, or try again."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(CancelRequested)
def on_cancel_requested(message: CancelRequested) -> None:
    """Stop this run."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(FileProcessed)
def on_file_processed(message: FileProcessed) -> None:
    """The result is there."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(FileFailed)
def on_file_failed(message: FileFailed) -> None:
    """There will be no result of this run."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(ExpiryExtended)
def on_expiry_extended(message: ExpiryExtended) -> None:
    """The files live longer."""
    services.advance_saga(heard=message, at=selectors.get_now())


@subscribe(VideoDeleted)
def on_video_deleted(message: VideoDeleted) -> None:
    """Nothing of this video may remain."""
    services.bury_video(heard=message, at=selectors.get_now())
