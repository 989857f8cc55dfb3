"""Server-Sent Events: an answer that stays open and carries a document whenever it has changed.

A view decides who may look and names what is watched; behind `frameflow.asgi` the stream is then
kept open without a thread or a database connection. Under any other server the answer ends after
the present state, and a browser comes back for more by itself.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpResponse
from rest_framework.request import Request

from frameflow.api.conditions import version_of
from frameflow.api.offload import is_offered

HEADER = "X-FrameFlow-Events"
RETRY = b"retry: 2000\n\n"
COMMENT = b": still here\n\n"


@dataclass(frozen=True)
class Watched:
    """Whose stream it is, the topic of its news, and the address of the document or the list."""

    person: str
    topic: str
    path: str

    def __str__(self) -> str:
        return f"{self.person} {self.topic} {self.path}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote."""
        return cls(*text.split(" ", 2))


def event(name: str, document: Any, version: str = "") -> bytes:
    """Return one event; its version is what a client names when it comes back."""
    identity = f"id: {version}\n" if version else ""
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\n{identity}data: {data}\n\n".encode()


def events_response(
    request: Request, watched: Watched, present: Iterable[dict[str, Any]]
) -> HttpResponse:
    """Answer with a stream about what is watched. `present` is asked for only where nobody else
    keeps the stream open, as for HEAD, which waits for no body and would hold a place."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    body = b""
    if is_offered(request.META) and request.method != "HEAD":
        headers[HEADER] = str(watched)
    else:
        body = RETRY + b"".join(event("video", each, version_of(each)) for each in present)
    return HttpResponse(body, content_type="text/event-stream", headers=headers)
