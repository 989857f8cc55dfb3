"""How the conversation of a context stands, read from its outbox and its inbox."""

from collections.abc import Iterator

from django.db import connections

from frameflow.api.gauges import MOST, Gauge
from frameflow.bus import consumer, relay

_MEASURE = """
SELECT
  (SELECT count(*) FROM (
    SELECT FROM outbox_delivery WHERE acked_at IS NULL LIMIT %(most)s) open),
  (SELECT extract(epoch FROM statement_timestamp() - m.created_at)
    FROM outbox_delivery d JOIN outbox_message m ON m.id = d.message_id
    WHERE d.acked_at IS NULL ORDER BY d.id LIMIT 1),
  (SELECT extract(epoch FROM statement_timestamp() - next_attempt_at)
    FROM outbox_message WHERE done_at IS NULL ORDER BY next_attempt_at LIMIT 1),
  (SELECT count(*) FROM (
    SELECT FROM outbox_message WHERE done_at IS NULL AND attempts >= %(tries)s LIMIT %(most)s) old),
  (SELECT count(*) FROM (
    SELECT FROM inbox_message WHERE handled_at IS NULL AND attempts >= %(failures)s
    LIMIT %(most)s) failing),
  (SELECT count(*) FROM (SELECT FROM inbox_message WHERE alarm <> '' LIMIT %(most)s) impossible)
"""
#: In the order of the query.
MEANINGS = {
    "frameflow_messages_waiting": "Deliveries that a consumer has not acknowledged",
    "frameflow_message_oldest_age_seconds": "Age of the oldest message not acknowledged",
    "frameflow_relay_lag_seconds": "How long the message that is longest due has waited to be sent",
    "frameflow_messages_not_acknowledged": f"Messages sent {relay.ALARM_AFTER_ATTEMPTS} times",
    "frameflow_handlers_failing": f"Messages whose handler failed {consumer.ALARM_AFTER_ATTEMPTS} "
    "times and has not succeeded",
    "frameflow_messages_impossible": "Messages heard, ever, that could not be",
}


def list_gauges(alias: str) -> Iterator[Gauge]:
    """Yield the numbers of a context; one query."""
    values = {
        "most": MOST,
        "tries": relay.ALARM_AFTER_ATTEMPTS,
        "failures": consumer.ALARM_AFTER_ATTEMPTS,
    }
    with connections[alias].cursor() as cursor:
        cursor.execute(_MEASURE, values)
        (row,) = cursor.fetchall()
    for (name, meaning), value in zip(MEANINGS.items(), row, strict=True):
        shown = max(float(value or 0), 0.0)  # what is not due yet does not lag
        yield Gauge(name=name, meaning=meaning, value=shown, labels={"context": alias})
