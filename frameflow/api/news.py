"""Who waits for news about what, and the one thread that hears it.

News is a hint: whoever waits looks by itself as well, so that a channel that is away costs time
and nothing else.
"""

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from frameflow.contracts import Envelope

PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0)
NAMES = ("video_id", "owner_id")

Watch = Callable[[], Iterator[Envelope]]

log = logging.getLogger(__name__)


class News:
    """Topics are ids of videos and of their owners."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def about(self, topic: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at each piece of news; the first listener starts the thread."""
        self._start()
        heard = asyncio.Event()
        self._waiting[topic].add(heard)
        try:
            yield heard
        finally:
            self._waiting[topic].discard(heard)
            if not self._waiting[topic]:
                del self._waiting[topic]

    def tell_all(self) -> None:
        """Wake everybody."""
        for topic in list(self._waiting):
            self._tell(topic)

    def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = threading.Thread(target=self._hear_forever, name="news", daemon=True)
            self._thread.start()

    def _hear_forever(self) -> None:
        """Hear, and begin again where the channel fails, ever more patiently."""
        failures = 0
        while True:
            began = time.monotonic()
            reason = self._hear()
            failures = 0 if time.monotonic() - began > PAUSES_S[-1] else failures + 1
            pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            log.warning("news.paused", extra={"reason": reason, "pause_s": pause_s})
            time.sleep(pause_s)

    def _hear(self) -> str:
        """Pass news on until the channel fails; return why it did."""
        try:
            for envelope in self._watch():
                self._pass_on(envelope)
        except Exception as error:
            return str(error)
        return "it ended"

    def _pass_on(self, envelope: Envelope) -> None:
        topics = [str(envelope.payload[name]) for name in NAMES if name in envelope.payload]
        for topic in topics:
            with suppress(RuntimeError):  # the loop has ended, and its listeners with it
                assert self._loop is not None  # noqa: S101  the first listener set it
                self._loop.call_soon_threadsafe(self._tell, topic)

    def _tell(self, topic: str) -> None:
        for heard in self._waiting.get(topic, ()):
            heard.set()
