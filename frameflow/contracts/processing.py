"""What the processing context says about one run of an extraction."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from frameflow.contracts.message import (
    Bytes,
    Count,
    Event,
    ExtractionMessage,
    Milliseconds,
    Sha256,
)

Key = Annotated[str, Field(max_length=512)]


class Step(StrEnum):
    """Where a run stands; never goes back within a fence."""

    QUEUED = "queued"
    CHECKING = "checking"
    EXTRACTING = "extracting"
    PACKING = "packing"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StepTaken(_Part):
    """One line of the timeline."""

    step: Step
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    tries: Count
    reason: str | None = Field(default=None, max_length=200)


class WarningFound(_Part):
    """What is missing or doubtful in a result that is still good; times from the start."""

    code: str = Field(max_length=40)
    detail: str = Field(max_length=400)
    from_ms: Milliseconds | None = None
    to_ms: Milliseconds | None = None


Steps = Annotated[tuple[StepTaken, ...], Field(max_length=50)]
Warnings = Annotated[tuple[WarningFound, ...], Field(max_length=50)]


class Result(_Part):
    """What a good run left in the store."""

    fence: int = Field(ge=1)
    zip_key: Key
    zip_bytes: Bytes
    zip_sha256: Sha256
    manifest_key: Key
    frames_prefix: Key
    frames: Count
    frames_bytes: Bytes
    duration_ms: Milliseconds
    width: Count
    height: Count
    codec: str = Field(max_length=40)


class Failure(_Part):
    """Why a run failed; `retryable` speaks to the person, automatic tries are over."""

    code: str = Field(max_length=40)
    detail: str = Field(max_length=400)
    retryable: bool


class FileProcessed(Result, ExtractionMessage, Event):
    """The result row is committed. Warnings make a partial result, still ready."""

    type: ClassVar[str] = "FILE_PROCESSED"
    owner: ClassVar[str] = "processing"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration",)

    warnings: Warnings = ()
    warnings_total: Count = 0
    steps: Steps = ()

    def result(self) -> Result:
        """Return the result alone, as the verdict carries it."""
        return Result.model_validate({name: getattr(self, name) for name in Result.model_fields})


class FileFailed(Failure, ExtractionMessage, Event):
    """Tries are used up, the video kills its decoder, or it was refused for good."""

    type: ClassVar[str] = "FILE_FAILED"
    owner: ClassVar[str] = "processing"
    consumers: ClassVar[tuple[str, ...]] = ("orchestration",)

    fence: Count
    tries: Count
    steps: Steps = ()

    def failure(self) -> Failure:
        """Return the reason alone, as the verdict carries it."""
        return Failure(code=self.code, detail=self.detail, retryable=self.retryable)


class ExtractionProgressed(ExtractionMessage, Event):
    """How far a run is: may be lost, doubled or late; no state depends on it."""

    type: ClassVar[str] = "EXTRACTION_PROGRESSED"
    owner: ClassVar[str] = "processing"
    consumers: ClassVar[tuple[str, ...]] = ("upload", "download")
    is_durable: ClassVar[bool] = False

    fence: Count
    step: Step
    percent: int = Field(ge=0, le=100)
    frames_done: Count
    frames_total: Count | None
    eta_ms: Milliseconds | None
    queue_position: Count | None
    frames_prefix: str = Field(max_length=512)
