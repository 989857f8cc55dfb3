"""What the saga says: one command and the verdict."""

from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime, Field

from frameflow.contracts.message import Bytes, Command, Event, ExtractionMessage, Sha256
from frameflow.contracts.options import Options
from frameflow.contracts.processing import Failure, Result, Steps, Warnings


class Outcome(StrEnum):
    """How a run ended."""

    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DELETED = "deleted"


class ProcessFile(ExtractionMessage, Command):
    """Do this run."""

    type: ClassVar[str] = "PROCESS_FILE"
    owner: ClassVar[str] = "orchestration"
    consumers: ClassVar[tuple[str, ...]] = ("processing",)

    source_key: str = Field(max_length=512)
    source_bytes: Bytes
    source_sha256: Sha256 | None = None
    options: Options


class ExtractionEnded(ExtractionMessage, Event):
    """The verdict, said once for a run; who hears an ending other than ready undoes its part."""

    type: ClassVar[str] = "EXTRACTION_ENDED"
    owner: ClassVar[str] = "orchestration"
    consumers: ClassVar[tuple[str, ...]] = ("upload", "download", "processing", "auth")

    outcome: Outcome
    cause: str = Field(max_length=40)
    ended_at: AwareDatetime
    expires_at: AwareDatetime | None
    result: Result | None = None
    error: Failure | None = None
    warnings: Warnings = ()
    steps: Steps = ()
