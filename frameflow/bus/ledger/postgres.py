"""The ledger in a context's own schema."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models.functions import Now
from psycopg2.extras import Json

from frameflow.bus.ledger.base import Due, Ledger, Taken
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import Envelope

MAX_BACK_OFF_S = 60

_KEEP = """
WITH message AS (
  INSERT INTO outbox_message
    (id, type, version, correlation_id, causation_id, producer, payload, occurred_at, attempts)
  VALUES (%(id)s, %(type)s, %(version)s, %(correlation_id)s, %(causation_id)s, %(producer)s,
    %(payload)s, %(occurred_at)s, 0)
  RETURNING id
), delivery AS (
  INSERT INTO outbox_delivery (message_id, consumer)
  SELECT message.id, consumer FROM message, unnest(%(consumers)s::text[]) AS consumer
)
SELECT pg_notify(%(channel)s, '')
"""

#: The commit of what may be forgotten does not wait for the disk.
_LAX = "(SELECT set_config('synchronous_commit', 'off', true)) AS lax"

# Of what is due, by the awaited deliveries of each.
_DUE = """
done_at IS NULL AND next_attempt_at <= statement_timestamp()
AND {} (SELECT FROM outbox_delivery WHERE message_id = outbox_message.id AND acked_at IS NULL)
"""

_CLOSE_ACKNOWLEDGED = f"""
UPDATE outbox_message SET done_at = statement_timestamp() WHERE {_DUE.format("NOT EXISTS")}
"""  # noqa: S608 - our own words

_LOCK_DUE = f"""
SELECT * FROM outbox_message WHERE {_DUE.format("EXISTS")}
ORDER BY next_attempt_at, id LIMIT %s FOR UPDATE OF outbox_message SKIP LOCKED
"""  # noqa: S608 - our own words

_PUT_OFF = f"""
UPDATE outbox_message
SET attempts = attempts + 1, next_attempt_at = statement_timestamp() +
  interval '1 second' * (LEAST(power(2, LEAST(attempts + 1, 10)), %s) + random())
FROM {_LAX} WHERE id = ANY(%s::uuid[])
"""  # noqa: S608 - our own words

_NOTE_ACKNOWLEDGEMENTS = f"""
UPDATE outbox_delivery SET acked_at = statement_timestamp()
FROM {_LAX} WHERE id IN (
  SELECT awaited.id FROM outbox_delivery awaited
  JOIN unnest(%s::uuid[], %s::text[]) AS noted (message_id, consumer) USING (message_id, consumer)
  WHERE awaited.acked_at IS NULL FOR UPDATE OF awaited SKIP LOCKED
)
"""  # noqa: S608 - our own words

# An inbox row that was committed after the statement began is still met by ON CONFLICT.
_TAKE_IN = """
WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(%s) AS is_ours), taken AS (
  INSERT INTO inbox_message
    (message_id, consumer, type, correlation_id, handled_at, attempts, last_error)
  SELECT %s, %s, %s, %s, statement_timestamp(), 1, '' FROM turn WHERE is_ours
  ON CONFLICT (consumer, message_id) DO UPDATE
    SET handled_at = statement_timestamp(), attempts = inbox_message.attempts + 1
    WHERE inbox_message.handled_at IS NULL
  RETURNING 1
)
SELECT is_ours, EXISTS (SELECT FROM taken) FROM turn
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
        fields = envelope.model_dump(mode="json")
        values = {**fields, "id": fields["message_id"], "payload": Json(envelope.payload)}
        more = {"consumers": list(consumers), "channel": channel(self.context)}
        self._execute(_KEEP, {**values, **more})

    def close_acknowledged(self) -> int:
        with connections[self.context].cursor() as cursor:
            cursor.execute(_CLOSE_ACKNOWLEDGED)
            return int(cursor.rowcount)

    def lock_due(self, limit: int) -> list[Due]:
        found = OutboxMessage.objects.using(self.context).raw(_LOCK_DUE, [limit])
        return [Due(message.envelope(), message.attempts) for message in found]

    def put_off(self, ids: Sequence[UUID]) -> None:
        self._execute(_PUT_OFF, [MAX_BACK_OFF_S, [str(each) for each in ids]])

    def note_acknowledgements(self, acknowledged: Sequence[tuple[UUID, str]]) -> None:
        ids = [str(message_id) for message_id, _ in acknowledged]
        self._execute(_NOTE_ACKNOWLEDGEMENTS, [ids, [consumer for _, consumer in acknowledged]])

    def send_again(self, ids: Sequence[UUID]) -> int:
        messages = OutboxMessage.objects.using(self.context).filter(pk__in=ids)
        deliveries = OutboxDelivery.objects.using(self.context)
        deliveries.filter(message__in=messages).update(acked_at=None)
        return messages.update(next_attempt_at=Now(), done_at=None)

    # What is heard

    def take_in(self, envelope: Envelope) -> Taken:
        name = self.context.encode() + envelope.message_id.bytes  # contexts may share a server
        key = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
        is_ours, is_new = self._execute(_TAKE_IN, [key, *self._identity(envelope)]) or (False,) * 2
        if is_ours:
            return Taken.NEW if is_new else Taken.KNOWN
        return Taken.ELSEWHERE

    def note_alarm(self, message_id: UUID, alarm: str) -> None:
        inbox = InboxMessage.objects.using(self.context).filter(consumer=self.context)
        inbox.filter(message_id=message_id).update(alarm=alarm)

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

    def _execute(
        self, statement: str, values: Sequence[Any] | dict[str, Any]
    ) -> tuple[Any, ...] | None:
        """Return the first row, where the statement gives any."""
        with connections[self.context].cursor() as cursor:
            cursor.execute(statement, values)
            row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
            return row
