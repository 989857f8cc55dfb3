"""What the upload context says: every wish of a person enters here."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from frameflow.contracts.message import Bytes, Event, ExtractionMessage, Sha256
from frameflow.contracts.options import Options

AskedBy = Literal["person", "support"]


class _Source(ExtractionMessage, Event):
    source_key: str = Field(max_length=512)
    source_bytes: Bytes
    source_type: str = Field(max_length=64)
    source_sha256: Sha256 | None = None
    options: Options


class FileUploaded(_Source):
    """A video was accepted; its first extraction begins."""

    type: ClassVar[str] = "FILE_UPLOADED"
    owner: ClassVar[str] = "upload"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration", "download")


class ExtractionRequested(_Source):
    """A new extraction of a stored video, or another run of one."""

    type: ClassVar[str] = "EXTRACTION_REQUESTED"
    owner: ClassVar[str] = "upload"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration", "download")

    cause: Literal["again", "retry"]
    asked_by: AskedBy


class CancelRequested(ExtractionMessage, Event):
    """Stop this run; keep the video."""

    type: ClassVar[str] = "CANCEL_REQUESTED"
    owner: ClassVar[str] = "upload"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration",)

    asked_by: AskedBy


class VideoDeleted(Event):
    """Nothing of this video may remain; the list lets the saga bury what it has not heard of."""

    type: ClassVar[str] = "VIDEO_DELETED"
    owner: ClassVar[str] = "upload"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration",)

    video_id: UUID
    owner_id: UUID
    #: In order of extraction_no, the newest last.
    extraction_ids: tuple[UUID, ...] = Field(min_length=1, max_length=100)
    cause: Literal["person", "account", "support"]

    def correlates_with(self) -> UUID:
        return self.extraction_ids[-1]
