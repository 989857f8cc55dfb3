"""What download keeps about a person."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from apps.download.models import Archive, Share

_OF_ARCHIVE = (
    "extraction_id", "video_id", "extraction_no", "run", "state", "outcome", "image_format",
    "frames", "zip_bytes", "zip_sha256", "created_at", "ready_at", "expires_at", "extended_at",
)  # fmt: skip
_OF_SHARE = ("id", "archive_id", "name", "prefix", "created_at", "expires_at")


def personal_data(*, owner_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield it table by table."""
    for row in Archive.objects.filter(owner_id=owner_id).values(*_OF_ARCHIVE).iterator():
        yield "archives", row
    for row in Share.objects.filter(archive__owner_id=owner_id).values(*_OF_SHARE).iterator():
        yield "links", row
