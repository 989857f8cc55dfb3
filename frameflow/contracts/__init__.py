"""The published language: every message that one context may say to another.

Messages are frozen pydantic models of ids, strings, integers and aware UTC datetimes. The owner
of a message is the context whose file defines it; `consumers` names who hears it.
"""

from frameflow.contracts.auth import UserDeleted
from frameflow.contracts.download import ArchivePublished, ExpiryExtended
from frameflow.contracts.message import (
    MAX_MESSAGE_BYTES,
    Command,
    Envelope,
    Event,
    EventAck,
    ExtractionMessage,
    Message,
    MessageRejected,
    ids_of,
    message_class,
    message_classes,
    objects_prefix,
)
from frameflow.contracts.options import ImageFormat, Mode, Options
from frameflow.contracts.orchestration import (
    ExtractionEnded,
    Outcome,
    ProcessFile,
)
from frameflow.contracts.processing import (
    ExtractionProgressed,
    Failure,
    FileFailed,
    FileProcessed,
    Result,
    Step,
    Steps,
    StepTaken,
    WarningFound,
    Warnings,
)
from frameflow.contracts.upload import (
    CancelRequested,
    ExtractionRequested,
    FileUploaded,
    VideoDeleted,
)

__all__ = [
    "MAX_MESSAGE_BYTES",
    "ArchivePublished",
    "CancelRequested",
    "Command",
    "Envelope",
    "Event",
    "EventAck",
    "ExpiryExtended",
    "ExtractionEnded",
    "ExtractionMessage",
    "ExtractionProgressed",
    "ExtractionRequested",
    "Failure",
    "FileFailed",
    "FileProcessed",
    "FileUploaded",
    "ImageFormat",
    "Message",
    "MessageRejected",
    "Mode",
    "Options",
    "Outcome",
    "ProcessFile",
    "Result",
    "Step",
    "StepTaken",
    "Steps",
    "UserDeleted",
    "VideoDeleted",
    "WarningFound",
    "Warnings",
    "ids_of",
    "message_class",
    "message_classes",
    "objects_prefix",
]
