"""Streams of events, kept open without a thread: the document is looked at when news of it
passes, a little later again (its row may be written after the message), and every few seconds."""

import asyncio
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from frameflow.api.asking import Application
from frameflow.api.events import RETRY, Watched
from frameflow.api.news import News
from frameflow.api.offload import Message, Receive, Scope, Send, disconnected
from frameflow.api.telling import Stream

LOOK_AFTER_S = (0.0, 0.1, 0.4, 1.0)
LOOK_EVERY_S = 5.0
LOOK_NOT_WITHIN_S = 0.1
MAX_STREAMS_EACH = 10


class Streams:
    """All streams of this process."""

    def __init__(self, application: Application, news: News) -> None:
        self._application, self.news = application, news
        self._open: Counter[str] = Counter()
        self._ending = False
        self._hears_signals = False

    def is_full_for(self, person: str) -> bool:
        """Return whether a person has as many streams as one person may have."""
        return self._open[person] >= MAX_STREAMS_EACH

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, start: Message, watched: Watched
    ) -> None:
        """Tell of what is watched until the client leaves, it is gone, or we are stopped."""
        self._end_on_signals()
        with self._counted(watched.person), self.news.about(watched.topic) as stirred:
            leaving = asyncio.ensure_future(disconnected(receive))
            leaving.add_done_callback(lambda _: stirred.set())
            try:
                stream = Stream(scope, send, watched, self._application, _last_seen(scope))
                await send(_as_stream(start))
                await stream.write(RETRY)
                await self._follow(stream, stirred, leaving)
            finally:
                leaving.cancel()
                with suppress(asyncio.CancelledError):
                    await leaving
        if not leaving.done() or leaving.cancelled():
            await send({"type": "http.response.body", "body": b""})

    async def _follow(
        self, stream: "Stream", stirred: asyncio.Event, leaving: "asyncio.Future[None]"
    ) -> None:
        clock = asyncio.get_running_loop().time
        due, looked_at = [clock()], -LOOK_NOT_WITHIN_S
        while not (leaving.done() or self._ending):
            if clock() >= due[0]:
                looked_at = due.pop(0)
                if not await stream.look():
                    return
            due = due or [clock() + LOOK_EVERY_S]
            if await _is_set_within(stirred, due[0] - clock()):
                first = max(clock(), looked_at + LOOK_NOT_WITHIN_S)
                due = [first + after_s for after_s in LOOK_AFTER_S]

    @contextmanager
    def _counted(self, person: str) -> Iterator[None]:
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            self._open += Counter()  # drops those at nought

    def _end_on_signals(self) -> None:
        """The server waits for open answers when it is told to stop: they end by themselves."""
        if self._hears_signals or threading.current_thread() is not threading.main_thread():
            return
        self._hears_signals = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def handle(number: int, frame: Any, before: Any = before) -> None:
                loop.call_soon_threadsafe(self._end)
                if callable(before):
                    before(number, frame)

            signal.signal(number, handle)

    def _end(self) -> None:
        self._ending = True
        self.news.tell_all()


async def _is_set_within(stirred: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await stirred.wait()
    except TimeoutError:
        return False
    stirred.clear()
    return True


def _as_stream(start: Message) -> Message:
    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    return {**start, "headers": headers}


def _last_seen(scope: Scope) -> str:
    named = [value for name, value in scope["headers"] if name == b"last-event-id"]
    return named[0].decode("latin1") if named else ""
