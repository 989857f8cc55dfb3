"""What every message is: a frozen pydantic model with a wire name, an owner and its hearers."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

MAX_MESSAGE_BYTES = 64 * 1024

Count = Annotated[int, Field(ge=0)]
Bytes = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Milliseconds = Annotated[int, Field(ge=0)]


class MessageRejected(ValueError):
    """These bytes are not a message of the published language."""


class Message(BaseModel):
    """Base of all messages. Readers ignore fields that they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str] = ""
    version: ClassVar[int] = 1
    owner: ClassVar[str] = ""
    consumers: ClassVar[tuple[str, ...]] = ()
    #: A message that is not durable skips outbox and acknowledgement; no state depends on it.
    is_durable: ClassVar[bool] = True

    def correlates_with(self) -> UUID:
        """Return the id that joins everything said about one extraction."""
        raise TypeError(f"{self.type} names no correlation id")


class Command(Message):
    """A wish with exactly one hearer; named in the imperative."""


class Event(Message):
    """A fact with any number of hearers; named in the past tense."""


class ExtractionMessage(Message):
    """The ids that nearly every message carries: one extraction of one video, and its run."""

    extraction_id: UUID
    video_id: UUID
    owner_id: UUID
    extraction_no: int = Field(ge=1)
    run: int = Field(ge=1)

    def correlates_with(self) -> UUID:
        return self.extraction_id


def ids_of(row: object) -> dict[str, Any]:
    """Return the ids that every message about a run carries, from a row that has them."""
    return {name: getattr(row, name) for name in ExtractionMessage.model_fields}


def objects_prefix(ids: Mapping[str, object]) -> str:
    """Return where everything of an extraction lies in the store, and nothing of another; `ids`
    as of `ids_of`."""
    return f"{ids['owner_id']}/{ids['video_id']}/{ids['extraction_id']}/"


class EventAck(Message):
    """The bus itself: `consumer` has taken `message_id` in; its producer may forget it."""

    type: ClassVar[str] = "EVENT_ACK"
    owner: ClassVar[str] = "bus"
    is_durable: ClassVar[bool] = False

    message_id: UUID
    consumer: str
    #: The context that keeps the message, so that the other outboxes need not look.
    producer: str


class Envelope(BaseModel):
    """A message on its way: `payload` is the JSON form of the message called `type`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message_id: UUID
    type: str = Field(max_length=64)
    version: int
    correlation_id: UUID
    causation_id: UUID | None
    occurred_at: AwareDatetime
    producer: str = Field(max_length=32)
    payload: dict[str, Any]

    @classmethod
    def around(
        cls,
        message: Message,
        *,
        producer: str,
        at: datetime,
        causation_id: UUID | None = None,
        correlation_id: UUID | None = None,
    ) -> Self:
        """Wrap a message with a fresh id. `at` is an aware UTC datetime."""
        return cls(
            message_id=uuid4(),
            type=message.type,
            version=message.version,
            correlation_id=correlation_id or message.correlates_with(),
            causation_id=causation_id,
            occurred_at=at,
            producer=producer,
            payload=message.model_dump(mode="json"),
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Parse an envelope of at most 64 KiB; `MessageRejected` on anything else."""
        if len(raw) > MAX_MESSAGE_BYTES:
            raise MessageRejected(f"{len(raw)} bytes; the limit is {MAX_MESSAGE_BYTES}")
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            raise MessageRejected(str(error.errors(include_input=False))) from error

    def encode(self) -> bytes:
        """Return the JSON form; `MessageRejected` above 64 KiB."""
        raw = self.model_dump_json().encode()
        if len(raw) > MAX_MESSAGE_BYTES:
            raise MessageRejected(f"{self.type}: {len(raw)} bytes; limit {MAX_MESSAGE_BYTES}")
        return raw

    def open(self) -> Message:
        """Return the message inside; `MessageRejected` where type, version or fields are not so."""
        try:
            return message_class(self.type, self.version).model_validate(self.payload)
        except ValidationError as error:
            raise MessageRejected(str(error.errors(include_input=False))) from error


def message_classes() -> tuple[type[Message], ...]:
    """Return every concrete message class, by wire name."""
    found: set[type[Message]] = set()
    pending: list[type[Message]] = [Message]
    while pending:
        current = pending.pop()
        pending.extend(current.__subclasses__())
        if current.__dict__.get("type"):
            found.add(current)
    return tuple(sorted(found, key=lambda each: each.type))


@cache
def message_class(type_: str, version: int) -> type[Message]:
    """Return the class of a wire name; `MessageRejected`, not remembered, where it is unknown."""
    for each in message_classes():
        if each.type == type_ and each.version == version:
            return each
    raise MessageRejected(f"unknown message {type_!r} version {version}")
