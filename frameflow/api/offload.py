"""Bytes of objects leave the process without a thread, a database connection or a view.

The view answers with an empty body and a header that names the object; here, between the WSGI
application and the client, that header is taken off and the bytes are sent instead.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Self, cast

from frameflow.exceptions import FrameFlowError

HEADER = "X-FrameFlow-Object"
OFFER = "frameflow.offload"

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsyncRead = Callable[[str, int, int | None], AsyncIterator[bytes]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """The bytes of one object from `start` up to, not including, `stop`."""

    key: str
    start: int
    stop: int

    def __str__(self) -> str:
        return f"{self.start}-{self.stop} {self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote."""
        numbers, _, key = text.partition(" ")
        start, _, stop = numbers.partition("-")
        return cls(key, int(start), int(stop))


_OBJECTS: Mapping[bytes, Callable[[str], Any]] = {HEADER.lower().encode(): Source.parse}


def offering(scope: Scope) -> Scope:
    """Return a scope that tells the view of this offer, in a place that no client can write."""
    return {**scope, "extensions": {**(scope.get("extensions") or {}), OFFER: {}}}


def is_offered(environ: Mapping[str, Any]) -> bool:
    """Return whether a WSGI request came through a server that will send the bytes itself."""
    scope = environ.get("asgi.scope") or {}
    return OFFER in (scope.get("extensions") or {})


class OffloadedResponse:
    """Passes an answer on, or keeps its beginning where it names what is to be sent instead.

    `kinds` are the headers that do so, in small letters, and how to read what they name.
    """

    def __init__(self, send: Send, kinds: Mapping[bytes, Callable[[str], Any]] = _OBJECTS) -> None:
        self._send = send
        self._kinds = kinds
        self.start: Message = {}
        self.named: Any = None

    async def send(self, message: Message) -> None:
        """Stand in for the client while the WSGI application answers."""
        if message["type"] == "http.response.start":
            self._take_off_header(message)
        if self.named is None:
            await self._send(message)

    def _take_off_header(self, message: Message) -> None:
        rest = [pair for pair in message["headers"] if pair[0].lower() not in self._kinds]
        self.start = {**message, "headers": rest}
        for name, value in message["headers"]:
            if name.lower() in self._kinds:
                self.named = self._kinds[name.lower()](value.decode("ascii"))

    async def stream(self, receive: Receive, aread: AsyncRead) -> FrameFlowError | None:
        """Send the bytes as fast as the client takes them, until the end or its leaving.

        Return the error where not even the first byte could be read: nothing was sent then.
        """
        source: Source = self.named
        leaving = asyncio.ensure_future(disconnected(receive))
        chunks = cast(
            "Any", aread(source.key, source.start, source.stop)
        )  # an async generator; only those can be closed
        try:
            async with aclosing(chunks):
                return await self._send_all(chunks, leaving)
        finally:
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving

    async def _send_all(
        self, chunks: AsyncIterator[bytes], leaving: "asyncio.Future[None]"
    ) -> FrameFlowError | None:
        try:
            chunk = await anext(chunks, b"")
        except FrameFlowError as error:
            log.warning("offload.failed", extra={"reason": str(error)})
            return error
        await self._send(self.start)
        while chunk and not leaving.done():
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await anext(chunks, b"")
        if not leaving.done():
            await self._send({"type": "http.response.body", "body": b""})
        return None


async def disconnected(receive: Receive) -> None:
    """Return when the client has gone; what it still sends is thrown away."""
    while (await receive())["type"] != "http.disconnect":
        pass
