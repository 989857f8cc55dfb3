"""What upload hears."""

from apps.upload import services
from frameflow.bus import subscribe
from frameflow.contracts import (
    ArchivePublished,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionProgressed,
    UserDeleted,
)


@subscribe(ExtractionEnded)
def on_extraction_ended(message: ExtractionEnded) -> None:
    """The verdict about a run."""
    services.record_ending(ended=message)


@subscribe(ArchivePublished)
def on_archive_published(message: ArchivePublished) -> None:
    """The ZIP can be downloaded."""
    services.note_published(published=message)


@subscribe(ExpiryExtended)
def on_expiry_extended(message: ExpiryExtended) -> None:
    """The files live longer."""
    services.extend_expiry(extended=message)


@subscribe(ExtractionProgressed)
def on_extraction_progressed(message: ExtractionProgressed) -> None:
    """How far a run is."""
    services.record_progress(progressed=message)


@subscribe(UserDeleted)
def on_user_deleted(message: UserDeleted) -> None:
    """An account was closed."""
    services.close_owner(owner_id=message.user_id, at=message.deleted_at)
