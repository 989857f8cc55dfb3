"""The consumer's side: hear once, remember, keep what failed."""

from hashlib import blake2b
from uuid import UUID

from django.db import connections

from frameflow.contracts import Envelope

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


def only_one_here(alias: str, message_id: UUID) -> bool:
    """Return True when no other process of this context handles the message now; the lock ends
    with the transaction. Contexts may share a server, so the key names both."""
    name = alias.encode() + message_id.bytes
    key = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def take_in(alias: str, envelope: Envelope) -> bool:
    """Note a message as handled; False where that was done before."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_TAKE_IN, _identity(alias, envelope))
        return cursor.fetchone() is not None


def note_failure(alias: str, envelope: Envelope, error: Exception) -> int:
    """Keep the error of a handler that rolled back; return how often it has failed."""
    with connections[alias].cursor() as cursor:
        text = f"{type(error).__name__}: {error}"[:4000]
        cursor.execute(_NOTE_FAILURE, [*_identity(alias, envelope), text])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _identity(alias: str, envelope: Envelope) -> list[str]:
    return [
        str(envelope.message_id),
        alias,
        envelope.type,
        str(envelope.correlation_id),
    ]
