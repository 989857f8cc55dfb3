"""From the outbox to the transport: what is due is sent, again and again, until it is acked."""

import select
import threading

import structlog
from django.db import Error, connections, transaction

from frameflow.bus import outbox
from frameflow.bus.backends import backend
from frameflow.bus.exceptions import BusUnavailable

BATCH = 200
POLL_S = 1.0
ALARM_AFTER_ATTEMPTS = 10

log = structlog.stdlib.get_logger(__name__)


def relay_once(alias: str) -> int:
    """Publish at most one batch of what is due in a context's outbox; return how many.

    Raises `BusUnavailable` with nothing changed, so the same messages stay due.
    """
    outbox.close_acknowledged(alias)
    with transaction.atomic(using=alias):
        due = outbox.lock_due(alias, BATCH)
        if due:
            backend().publish([message.envelope().encode() for message in due])
            outbox.put_off(alias, [message.pk for message in due])
    for message in due:
        if message.attempts and message.attempts % ALARM_AFTER_ATTEMPTS == 0:
            _alarm(alias, str(message.pk), message.type, message.attempts)
    return len(due)


def relay_forever(alias: str, stop: threading.Event) -> None:
    """Relay until told to stop: woken by NOTIFY, and every second for what became due."""
    while not stop.is_set():
        try:
            while relay_once(alias) == BATCH:
                pass
            _wait_for_wish(alias, POLL_S)
        except (BusUnavailable, Error) as error:
            log.warning("relay.paused", context=alias, reason=str(error))
            connections[alias].close()
            stop.wait(POLL_S)
    connections[alias].close()


def _wait_for_wish(alias: str, timeout_s: float) -> None:
    """Sleep until the outbox is told of a new message, at the longest `timeout_s`."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'LISTEN "{outbox.channel(alias)}"')  # again after every reconnection
    raw = connections[alias].connection
    with connections[alias].wrap_database_errors:
        if not raw.notifies:
            select.select([raw], [], [], timeout_s)
            raw.poll()
    raw.notifies.clear()


def _alarm(alias: str, message_id: str, type_: str, attempts: int) -> None:
    log.error(
        "relay.not_acknowledged",
        context=alias,
        message_id=message_id,
        type=type_,
        attempts=attempts,
    )
