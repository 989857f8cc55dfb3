"""What the download context says."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from frameflow.contracts.message import Bytes, Event, ExtractionMessage, Sha256


class ArchivePublished(ExtractionMessage, Event):
    """The Archive row is committed, its ZIP was seen in the store. No transition depends on it."""

    type: ClassVar[str] = "ARCHIVE_PUBLISHED"
    owner: ClassVar[str] = "download"
    consumers: ClassVar[tuple[str, ...]] = ("upload", "auth")

    zip_bytes: Bytes
    zip_sha256: Sha256


class ExpiryExtended(ExtractionMessage, Event):
    """The files live longer, because somebody downloaded them."""

    type: ClassVar[str] = "EXPIRY_EXTENDED"
    owner: ClassVar[str] = "download"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration", "upload", "auth")

    expires_at: AwareDatetime
    cause: Literal["downloaded", "support"]
