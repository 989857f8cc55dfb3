"""How long and how large the head of a request may be: its first line and its headers.

uvicorn's own protocol collects a head of any size, for as long as its sender likes. Bodies have
their guards in `frameflow.api.bodies`.
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from frameflow.api.bodies import LINGER_S
from frameflow.api.headers import BEFORE_DJANGO

MAX_HEAD_BYTES = 32 * 1024
MAX_URL_BYTES = 8 * 1024
MAX_HEADERS = 100
HEAD_WITHIN_S = 10.0


class _Refused(Exception):
    """Stops the parser."""


class BoundedHeads(HttpToolsProtocol):
    """Answers 414, 431 or 408 to a head that has no end, and ends the connection."""

    _in_head = True
    _head_bytes = 0  # since the parser last made something of them
    _is_refused = False
    _refusal = HTTPStatus.BAD_REQUEST
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_the_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_the_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and look at what it has not made a request of."""
        if self._is_refused:
            return
        if self._in_head and self._clock is None:
            self._start_the_clock()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Judge a head that is whole: it may have come in one piece."""
        self._stop_the_clock()
        self._in_head, self._head_bytes = False, 0
        if len(self.url) > MAX_URL_BYTES:
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise _Refused
        size_bytes = sum(len(name) + len(value) for name, value in self.headers)
        if size_bytes > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise _Refused
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What comes between bodies (extensions of chunks, trailers) is measured like a head."""
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls where the parser stopped."""
        self._refuse(self._refusal)

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, unless an answer is on its way already, and end the connection. It stays open
        for a moment: a socket closed on unread bytes would take our answer with it."""
        if self._is_refused:
            return
        self._is_refused = True
        self._stop_the_clock()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return
        self.transport.write(_answer(status))
        self._clock = self.loop.call_later(LINGER_S, self.transport.close)

    def _start_the_clock(self) -> None:
        timeout = HTTPStatus.REQUEST_TIMEOUT
        self._clock = self.loop.call_later(HEAD_WITHIN_S, self._refuse, timeout)

    def _stop_the_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


def _answer(status: HTTPStatus) -> bytes:
    body = f"{status.phrase}\n".encode()
    headers = {
        **BEFORE_DJANGO,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n".encode() + body
