"""The web application: what `uvicorn frameflow.asgi:application` serves.

One small dispatcher in front of Django, so that slow clients cannot starve it: uploads have
their own threads and a minimum pace, other requests reach a thread only when their body is
whole, and the bytes of objects travel without any thread.
"""

import json
import os
import re
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

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
from frameflow.api.offload import OffloadedResponse, Receive, Scope, Send, offering
from frameflow.api.problems import MEDIA_TYPE, Problem
from frameflow.storage import store

TRANSFERS = re.compile(r"POST /|POST /api/v1/videos/|(?:POST|PATCH) /api/v1/uploads/.*")
ENVELOPE_BYTES = 1024 * 1024  # the fields around the file in a multipart body


class Dispatcher:
    """Sends each request down its lane: transfers, or everything else."""

    def __init__(self, wsgi: Any) -> None:
        self._transfer_lane: Any = WSGIMiddleware(wsgi, workers=settings.TRANSFER_THREADS)
        self._short_lane: Any = WSGIMiddleware(wsgi, workers=settings.WEB_THREADS)

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
        if TRANSFERS.fullmatch(f"{scope['method']} {scope['path']}"):
            await self._transfer(scope, paced, send)
        else:
            await self._answer(scope, paced.receive, send)

    async def _transfer(self, scope: Scope, paced: PacedBody, send: Send) -> None:
        """A page answers in words, so that its own view refuses what is announced too large."""
        too_large = announced_bytes(scope) > settings.MAX_UPLOAD_BYTES + ENVELOPE_BYTES
        if too_large and scope["path"].startswith("/api/"):
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
        response = OffloadedResponse(send)
        await self._short_lane(offering(scope), receive, response.send)
        if response.source is not None:
            error = await response.stream(receive, store().aread)
            if error is not None:
                await _send_problem(scope, send, Problem.of_error(error))


_CUT = Problem(
    status=408,
    code="cut_off",
    title="The request was cut off.",
    action="Send it again.",
    retryable=True,
)


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
