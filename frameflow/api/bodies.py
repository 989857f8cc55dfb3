"""Guards on request bodies, before a thread is spent on them."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from frameflow.api.offload import Message, Receive, Scope, Send

RATE_AFTER_S = 30.0
LINGER_S = 2.0


class BodyTooLarge(Exception):
    """The body has more bytes than its lane takes."""


class BodyCut(Exception):
    """The sender went away, fell silent or was too slow before the body was whole."""


class PacedBody:
    """Receives for an application; a sender that is silent or too slow counts as gone.

    Only time spent waiting for the sender is held against it, never a slow store on our side.
    """

    def __init__(self, receive: Receive, *, timeout_s: float, min_rate_bytes_s: float) -> None:
        self._receive = receive
        self._timeout_s = timeout_s
        self._min_rate_bytes_s = min_rate_bytes_s
        self._waited_s = 0.0
        self._received_bytes = 0
        self.is_complete = False

    async def receive(self) -> Message:
        """Return the next message; `http.disconnect` also where patience is at an end."""
        if self.is_complete:
            return await self._receive()
        began = time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), self._timeout_s)
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._waited_s += time.monotonic() - began
        self._received_bytes += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        too_slow = self._is_too_slow() and not self.is_complete
        return {"type": "http.disconnect"} if too_slow else message

    def _is_too_slow(self) -> bool:
        expected_bytes = self._waited_s * self._min_rate_bytes_s
        return self._waited_s > RATE_AFTER_S and self._received_bytes < expected_bytes


async def whole_body(receive: Receive, *, limit_bytes: int) -> bytes:
    """Return a small body; `BodyTooLarge` at the first byte above, `BodyCut` at an early end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCut
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body already read, then what the server says."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again


def announced_bytes(scope: Scope) -> int:
    """Return the Content-Length, 0 where there is none (the server has refused a malformed one)."""
    lengths: list[Any] = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else 0


async def throw_away(receive: Receive) -> None:
    """Read on for a moment: a socket closed on unread bytes would take our answer with it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (await receive()).get("more_body", False):
                pass


def lingering(body: PacedBody, send: Send) -> Send:
    """Return a `send` that ends an answer only when the rest of the body is out of its way."""

    async def send_and_linger(message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body", False)
        if ends and not body.is_complete:
            await send({**message, "more_body": True})
            await throw_away(body.receive)
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return send_and_linger
