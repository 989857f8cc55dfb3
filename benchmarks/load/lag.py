"""How long a message waits in its outbox: until it is first heard on the bus, and until the last
hearer's acknowledgement is noted."""

import json
import threading
import time
from datetime import datetime
from typing import Any, Self

from benchmarks.load.product import Product
from frameflow.bus.backends.base import BaseBackend
from frameflow.bus.backends.redis_pubsub import RedisPubSubBackend
from frameflow.bus.backends.redis_streams import RedisStreamsBackend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.contexts import CONTEXTS

BACKENDS: dict[str, Any] = {
    "redis_pubsub": RedisPubSubBackend,
    "redis_streams": RedisStreamsBackend,
}
LATE_S = 1.0
NOT_KEPT = ("EVENT_ACK", "EXTRACTION_PROGRESSED")

_ACKNOWLEDGED = " UNION ALL ".join(
    f"""
    SELECT extract(epoch FROM coalesce(max(d.acked_at), clock_timestamp()) - m.created_at),
           bool_and(d.acked_at IS NOT NULL), max(m.attempts)
    FROM {each.name}.outbox_message m JOIN {each.name}.outbox_delivery d ON d.message_id = m.id
    WHERE m.created_at >= %(since)s GROUP BY m.id
    """  # noqa: S608
    for each in CONTEXTS
)


class Witness:
    """Hears the bus as one more subscriber, and notes when each kept message is first there."""

    def __init__(self, product: Product) -> None:
        environment = product.stack.environment
        url, name = product.stack.urls["REDIS_URL"], environment["EVENT_BUS"]
        self._transport: BaseBackend = BACKENDS[name](url=url, channel="saga_events")
        self._product, self._stop = product, threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._seen: set[str] = set()
        self.lags_s: list[float] = []
        self.heard = 0
        self._failure: BusUnavailable | None = None

    def __enter__(self) -> Self:
        ((self._since,),) = self._product.rows("SELECT now()")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure:
            raise self._failure
        if not self.heard:
            raise BusUnavailable("nothing was heard on the bus")

    def acknowledged(self) -> tuple[list[float], int, int]:
        """Return how long each message since the beginning waited for its last acknowledgement,
        how many have waited too long already (their lag is their age), and how many sendings were
        not the first."""
        found = self._product.rows(_ACKNOWLEDGED, {"since": self._since})
        lags_s = [float(lag) for lag, is_done, _ in found if is_done or lag > LATE_S]
        late = sum(not is_done and lag > LATE_S for lag, is_done, _ in found)
        return lags_s, late, sum(max(0, attempts - 1) for _, _, attempts in found)

    def _listen(self) -> None:
        try:
            self._hear()
        except BusUnavailable as error:
            self._failure = error

    def _hear(self) -> None:
        for raw in self._transport.watch(self._stop):
            self.heard += 1
            message = json.loads(raw)
            if message["type"] not in NOT_KEPT and message["message_id"] not in self._seen:
                self._seen.add(message["message_id"])
                said_at = datetime.fromisoformat(message["occurred_at"]).timestamp()
                self.lags_s.append(time.time() - said_at)
