"""The producer's side: keep, find what is due, note acknowledgements."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from frameflow.bus.backends import backend
from frameflow.bus.models import OutboxDelivery, OutboxMessage
from frameflow.contracts import Envelope

MAX_BACK_OFF_S = 60

_cause: ContextVar[UUID | None] = ContextVar("cause", default=None)


@contextmanager
def caused_by(message_id: UUID) -> Iterator[None]:
    """Whatever is published inside names this message as its cause."""
    token = _cause.set(message_id)
    try:
        yield
    finally:
        _cause.reset(token)


def current_cause() -> UUID | None:
    """Return the id of the message being handled, or None."""
    return _cause.get()


def channel(alias: str) -> str:
    """Return the Postgres notification channel that wakes a context's relay."""
    return f"outbox_{alias}"


def keep(alias: str, envelope: Envelope, consumers: Iterable[str]) -> None:
    """Store a message and one awaited delivery for each consumer; wake the relay at the commit."""
    envelope.encode()  # refuse what is too large to travel, before it is kept
    message = OutboxMessage.objects.using(alias).create(
        id=envelope.message_id,
        type=envelope.type,
        version=envelope.version,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        producer=envelope.producer,
        payload=envelope.payload,
        occurred_at=envelope.occurred_at,
    )
    OutboxDelivery.objects.using(alias).bulk_create(
        OutboxDelivery(message=message, consumer=consumer) for consumer in consumers
    )
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel(alias)])


def announce(envelope: Envelope) -> None:
    """Send a message that nobody keeps."""
    backend().publish([envelope.encode()])


def close_acknowledged(alias: str) -> int:
    """Mark as done what is due again but was acknowledged by all; return how many."""
    awaited = OutboxDelivery.objects.using(alias).filter(message=OuterRef("pk"), acked_at=None)
    due = OutboxMessage.objects.using(alias).filter(done_at=None, next_attempt_at__lte=Now())
    return due.filter(~Exists(awaited)).update(done_at=Now())


def lock_due(alias: str, limit: int) -> list[OutboxMessage]:
    """Lock and return messages that are due; other relays skip them until the commit."""
    due = OutboxMessage.objects.using(alias).filter(done_at=None, next_attempt_at__lte=Now())
    return list(due.order_by("next_attempt_at").select_for_update(skip_locked=True)[:limit])


def put_off(alias: str, ids: Sequence[UUID]) -> None:
    """Count an attempt and set the next: min(2^attempts, 60) seconds, plus up to one of jitter."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_message "
            "SET attempts = attempts + 1, next_attempt_at = statement_timestamp() + "
            "interval '1 second' * (LEAST(power(2, LEAST(attempts + 1, 10)), %s) + random()) "
            "WHERE id = ANY(%s::uuid[])",
            [MAX_BACK_OFF_S, [str(each) for each in ids]],
        )


def note_acknowledgement(alias: str, message_id: UUID, consumer: str) -> None:
    """Note that a consumer has taken a message in; a second note changes nothing."""
    awaited = OutboxDelivery.objects.using(alias).filter(acked_at=None)
    awaited.filter(message_id=message_id, consumer=consumer).update(acked_at=Now())


def send_again(alias: str, ids: Sequence[UUID]) -> int:
    """Make messages due at once, also those that are done; return how many."""
    messages = OutboxMessage.objects.using(alias).filter(pk__in=ids)
    OutboxDelivery.objects.using(alias).filter(message__in=messages).update(acked_at=None)
    return messages.update(next_attempt_at=Now(), done_at=None)
