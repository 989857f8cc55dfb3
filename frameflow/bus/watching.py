"""Looking on: every message as it passes, for people and for live pages."""

import threading
from collections.abc import Iterator

from frameflow.bus.backends import backend
from frameflow.contracts import Envelope, MessageRejected


def watch(stop: threading.Event | None = None) -> Iterator[Envelope]:
    """Yield the envelopes that pass from now on, without taking part or acknowledging.

    Raises `BusUnavailable` when the transport goes away.
    """
    for raw in backend().watch(stop or threading.Event()):
        try:
            yield Envelope.decode(raw)
        except MessageRejected:
            continue
