"""The web application. `manage.py runweb` serves it: the bounds of heads are of that server, and
missing where another one (`uvicorn frameflow.asgi:application`) does.

One small dispatcher in front of Django, so that slow clients cannot starve it: uploads have
their own threads and a minimum pace, other requests reach a thread only when their body is
whole, and the bytes of objects and open streams of events need no thread at all.
"""

import json
import os
from collections.abc import Iterator
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.translation import gettext_lazy as _

from frameflow.api.bodies import (
    BodyCut,
    BodyTooLarge,
    PacedBody,
    announced_bytes,
    lingering,
    replayed,
    throw_away,
    whole_body,
)
from frameflow.api.events import HEADER as EVENTS_HEADER
from frameflow.api.events import Watched
from frameflow.api.headers import BEFORE_DJANGO
from frameflow.api.news import News
from frameflow.api.offload import HEADER as OBJECT_HEADER
from frameflow.api.offload import OffloadedResponse, Receive, Scope, Send, Source, offering
from frameflow.api.problems import MEDIA_TYPE, Problem
from frameflow.api.streaming import Streams
from frameflow.contracts import Envelope
from frameflow.storage import store

TRANSFERS = frozenset({"/", "/api/v1/videos/"})
#: A file that is written while it is read: a slow reader holds its thread.
DATA = "/settings/data/"
PIECES = "/api/v1/uploads/"
PIECE = b"application/offset+octet-stream"
ENVELOPE_BYTES = 1024 * 1024  # the fields around the file in a multipart body


class Dispatcher:
    """Sends each request down its lane: transfers, or everything else."""

    def __init__(self, wsgi: Any) -> None:
        self._transfer_lane: Any = WSGIMiddleware(wsgi, workers=settings.TRANSFER_THREADS)
        self._short_lane = cast(Any, WSGIMiddleware(wsgi, workers=settings.WEB_THREADS))
        self.streams = Streams(self._short_lane, News(_watch))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._short_lane(scope, receive, send)
            return
        scope = _without_ambiguous_headers(scope)
        paced = PacedBody(
            receive,
            timeout_s=settings.TRANSFER_TIMEOUT_S,
            min_rate_bytes_s=settings.TRANSFER_MIN_RATE_BYTES_S,
        )
        if _is_transfer(scope):
            await self._transfer(scope, paced, send)
        else:
            await self._answer(scope, paced.receive, send)

    async def _transfer(self, scope: Scope, paced: PacedBody, send: Send) -> None:
        """A page answers in words and tus in its headers, so that their own views refuse what is
        announced too large."""
        too_large = announced_bytes(scope) > settings.MAX_UPLOAD_BYTES + ENVELOPE_BYTES
        if too_large and scope["path"].startswith("/api/") and not _is_piece(scope):
            await _refuse(scope, paced.receive, send, Problem.of_status(413))
        else:
            await self._transfer_lane(scope, paced.receive, lingering(paced, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            limit_bytes: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            if announced_bytes(scope) > limit_bytes:
                raise BodyTooLarge
            body = await whole_body(receive, limit_bytes=limit_bytes)
        except BodyTooLarge:
            await _refuse(scope, receive, send, Problem.of_status(413))
        except BodyCut:
            await _refuse(scope, receive, send, _CUT)
        else:
            await self._answer_whole(scope, replayed(body, receive), send)

    async def _answer_whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = OffloadedResponse(send, _OFFLOADED)
        await self._short_lane(offering(scope), receive, response.send)
        if isinstance(response.named, Source):
            error = await response.stream(receive, store().aread)
            if error is not None:
                await _send_problem(scope, send, Problem.of_error(error))
        elif isinstance(response.named, Watched):
            await self._events(scope, receive, send, response)

    async def _events(
        self, scope: Scope, receive: Receive, send: Send, response: OffloadedResponse
    ) -> None:
        if self.streams.is_full_for(response.named.person):
            await _send_problem(scope, send, _TOO_MANY_STREAMS)
        else:
            await self.streams.serve(scope, receive, send, response.start, response.named)


def _watch() -> Iterator[Envelope]:
    """Imported by the first stream alone: the bus is an app, and Django may not be ready here."""
    from frameflow.bus import watch

    return watch()


_OFFLOADED = {
    OBJECT_HEADER.lower().encode(): Source.parse,
    EVENTS_HEADER.lower().encode(): Watched.parse,
}
_TOO_MANY_STREAMS = Problem.of_status(429, detail=_("Close another page first."), retry_after_s=10)
_CUT = Problem(
    status=408,
    code="cut_off",
    title="The request was cut off.",
    action="Send it again.",
    retryable=True,
)


def _is_transfer(scope: Scope) -> bool:
    """Only a form with files, a piece of one, who waits for its end, and the file of one's own
    data: any other body is read by whoever asks first for a field of it."""
    at_a_door = scope["method"] == "POST" and scope["path"] in TRANSFERS
    is_form = at_a_door and _media_type(scope) == b"multipart/form-data"
    waits = scope["method"] == "HEAD" and scope["path"].startswith(PIECES)
    is_data = scope["method"] == "GET" and scope["path"].startswith(DATA)
    return is_form or waits or is_data or _is_piece(scope)


def _is_piece(scope: Scope) -> bool:
    """Nobody reads the fields of a PATCH; those of a POST are read unless it is clearly a piece."""
    if not scope["path"].startswith(PIECES) or scope["method"] not in ("PATCH", "POST"):
        return False
    return scope["method"] == "PATCH" or _media_type(scope) == PIECE


def _media_type(scope: Scope) -> bytes:
    types: list[bytes] = [value for name, value in scope["headers"] if name == b"content-type"]
    return b",".join(types).partition(b";")[0].strip().lower()


def _without_ambiguous_headers(scope: Scope) -> Scope:
    """WSGI cannot tell `X_Real_IP`, which a proxy lets pass, from `X-Real-IP`."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    """Answer at once and end the connection: the rest of the body is not wanted."""
    await _send_problem(scope, send, problem, more_body=True)
    await throw_away(receive)
    await send({"type": "http.response.body", "body": b""})


async def _send_problem(
    scope: Scope, send: Send, problem: Problem, *, more_body: bool = False
) -> None:
    body = json.dumps(problem.document(scope["path"])).encode()
    headers = {
        **BEFORE_DJANGO,
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        **problem.headers(),
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": more_body})


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frameflow.settings.dev")

application = Dispatcher(get_wsgi_application())
