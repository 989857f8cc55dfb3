"""From the outbox to the transport: what is due is sent, again and again, until it is acked."""

import select
import threading

import structlog
from django.db import Error, connections

from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.ledger import Due
from frameflow.bus.ledger.postgres import channel
from frameflow.bus.party import Party

BATCH = 200
POLL_S = 1.0
ALARM_AFTER_ATTEMPTS = 10

log = structlog.stdlib.get_logger(__name__)


def relay_once(context: str | Party) -> int:
    """Publish at most one batch of what is due in a context's outbox; return how many.

    Raises `BusUnavailable` with nothing changed, so the same messages stay due.
    """
    party = Party.of(context)
    ledger = party.ledger
    ledger.close_acknowledged()
    with ledger.transaction():
        due = ledger.lock_due(BATCH)
        if due:
            party.transport.publish([each.envelope.encode() for each in due])
            ledger.put_off([each.envelope.message_id for each in due])
    for each in due:
        if each.attempts and each.attempts % ALARM_AFTER_ATTEMPTS == 0:
            _alarm(party.name, each)
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
        cursor.execute(f'LISTEN "{channel(alias)}"')  # again after every reconnection
    raw = connections[alias].connection
    with connections[alias].wrap_database_errors:
        if not raw.notifies:
            select.select([raw], [], [], timeout_s)
            raw.poll()
    raw.notifies.clear()


def _alarm(context: str, due: Due) -> None:
    log.error(
        "relay.not_acknowledged",
        context=context,
        message_id=str(due.envelope.message_id),
        type=due.envelope.type,
        attempts=due.attempts,
    )
