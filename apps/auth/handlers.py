"""What the auth context hears: how a run ended, so that its owner may be told."""

from django.utils import timezone

from apps.auth import services
from frameflow.bus import subscribe
from frameflow.contracts import ArchivePublished, ExpiryExtended, ExtractionEnded, Outcome


@subscribe(ExtractionEnded)
def on_extraction_ended(message: ExtractionEnded) -> None:
    """A failure is told; a good end waits for its archive; after any other there is silence."""
    if message.outcome == Outcome.FAILED:
        services.note_failed(about=message, at=message.ended_at)
    elif message.outcome != Outcome.READY:
        services.void_notices(about=message, at=message.ended_at)
        if message.outcome == Outcome.DELETED:
            services.forget_wishes(extraction_id=message.extraction_id)
    elif message.expires_at is not None:
        services.note_warning(about=message, expires_at=message.expires_at)


@subscribe(ArchivePublished)
def on_archive_published(message: ArchivePublished) -> None:
    """The ZIP can be downloaded."""
    services.note_ready(about=message, at=timezone.now())


@subscribe(ExpiryExtended)
def on_expiry_extended(message: ExpiryExtended) -> None:
    """The files stay longer, and so the warning comes later."""
    services.note_warning(about=message, expires_at=message.expires_at)
