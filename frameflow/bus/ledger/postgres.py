"""The ledger in a context's own schema."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from frameflow.bus.ledger.base import Due, Ledger
from frameflow.bus.models import OutboxDelivery, OutboxMessage
from frameflow.contracts import Envelope

MAX_BACK_OFF_S = 60

_PUT_OFF = """
UPDATE outbox_message
SET attempts = attempts + 1, next_attempt_at = statement_timestamp() +
  interval '1 second' * (LEAST(power(2, LEAST(attempts + 1, 10)), %s) + random())
WHERE id = ANY(%s::uuid[])
"""

_TAKE_IN = """
INSERT INTO inbox_message
  (message_id, consumer, type, correlation_id, handled_at, attempts, last_error)
VALUES (%s, %s, %s, %s, statement_timestamp(), 1, '')
ON CONFLICT (consumer, message_id) DO UPDATE
  SET handled_at = statement_timestamp(), attempts = inbox_message.attempts + 1
  WHERE inbox_message.handled_at IS NULL
RETURNING 1
"""

_NOTE_FAILURE = """
INSERT INTO inbox_message
  (message_id, consumer, type, correlation_id, attempts, last_error)
VALUES (%s, %s, %s, %s, 1, %s)
ON CONFLICT (consumer, message_id) DO UPDATE
  SET attempts = inbox_message.attempts + 1, last_error = excluded.last_error
  WHERE inbox_message.handled_at IS NULL
RETURNING attempts
"""


def channel(alias: str) -> str:
    """Return the Postgres notification channel that wakes a context's relay."""
    return f"outbox_{alias}"


class PostgresLedger(Ledger):
    """Outbox and inbox as tables; the context's name is its alias."""

    def __init__(self, alias: str) -> None:
        self.context = alias

    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(using=self.context)

    def after_commit(self, function: Callable[[], object]) -> None:
        transaction.on_commit(function, using=self.context, robust=True)

    def reconnect(self) -> None:
        connections[self.context].close()

    # What is said

    def keep(self, envelope: Envelope, consumers: Iterable[str]) -> None:
        envelope.encode()  # refuse what is too large to travel, before it is kept
        fields = envelope.model_dump()
        message = self._messages.create(id=fields.pop("message_id"), **fields)
        OutboxDelivery.objects.using(self.context).bulk_create(
            OutboxDelivery(message=message, consumer=consumer) for consumer in consumers
        )
        self._execute("SELECT pg_notify(%s, '')", [channel(self.context)])

    def close_acknowledged(self) -> int:
        return self._due.filter(~Exists(self._awaited.filter(message=OuterRef("pk")))).update(
            done_at=Now()
        )

    def lock_due(self, limit: int) -> list[Due]:
        due = self._due.order_by("next_attempt_at").select_for_update(skip_locked=True)[:limit]
        return [Due(message.envelope(), message.attempts) for message in due]

    def put_off(self, ids: Sequence[UUID]) -> None:
        self._execute(_PUT_OFF, [MAX_BACK_OFF_S, [str(each) for each in ids]])

    def note_acknowledgement(self, message_id: UUID, consumer: str) -> None:
        self._awaited.filter(message_id=message_id, consumer=consumer).update(acked_at=Now())

    def send_again(self, ids: Sequence[UUID]) -> int:
        messages = self._messages.filter(pk__in=ids)
        deliveries = OutboxDelivery.objects.using(self.context)
        deliveries.filter(message__in=messages).update(acked_at=None)
        return messages.update(next_attempt_at=Now(), done_at=None)

    @property
    def _messages(self) -> "QuerySet[OutboxMessage]":
        return OutboxMessage.objects.using(self.context)

    @property
    def _due(self) -> "QuerySet[OutboxMessage]":
        return self._messages.filter(done_at=None, next_attempt_at__lte=Now())

    @property
    def _awaited(self) -> "QuerySet[OutboxDelivery]":
        return OutboxDelivery.objects.using(self.context).filter(acked_at=None)

    # What is heard

    def only_one_here(self, message_id: UUID) -> bool:
        name = self.context.encode() + message_id.bytes  # contexts may share a server
        key = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
        row = self._execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(row and row[0])

    def take_in(self, envelope: Envelope) -> bool:
        return self._execute(_TAKE_IN, self._identity(envelope)) is not None

    def note_failure(self, envelope: Envelope, error: Exception) -> int:
        text = f"{type(error).__name__}: {error}"[:4000]
        row = self._execute(_NOTE_FAILURE, [*self._identity(envelope), text])
        return int(row[0]) if row else 0

    def _identity(self, envelope: Envelope) -> list[str]:
        return [
            str(envelope.message_id),
            self.context,
            envelope.type,
            str(envelope.correlation_id),
        ]

    def _execute(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """Return the first row, where the statement gives any."""
        with connections[self.context].cursor() as cursor:
            cursor.execute(statement, values)
            row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
            return row
