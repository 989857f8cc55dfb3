"""Answers that are an object of the store, whole or in part.

Views decide who may have it. Where the store has links of its own, the answer leads there. Else,
behind `frameflow.asgi`, it only names the object, and its bytes then travel without a thread;
under any other server they are streamed from here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from frameflow.api.conditions import unless_known
from frameflow.api.offload import HEADER, Source, is_offered
from frameflow.api.problems import MEDIA_TYPE, Problem
from frameflow.api.ranges import Part, Unsatisfiable, part_of

Read = Callable[[str, int, int | None], Iterator[bytes]]
Link = Callable[["ObjectContent"], str | None]

_UNSATISFIABLE = Problem(
    status=416,
    code="range_not_satisfiable",
    title=_("This part is not there."),
    action=_("Ask for bytes before the end, or for the whole."),
)


#: A browser that shows an image alone puts it into a page of its own, with a style of its own.
SHOWN_ALONE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True, kw_only=True)
class ObjectContent:
    """What a client is told about an object. `sha256` is the hex digest of the bytes, or of
    something else that changes whenever they do, such as a key that is never overwritten."""

    key: str
    size_bytes: int
    sha256: str
    content_type: str
    filename: str
    as_attachment: bool = True

    @property
    def etag(self) -> str:
        return f'"{self.sha256}"'

    @property
    def disposition(self) -> str:
        return content_disposition_header(self.as_attachment, self.filename) or "inline"

    def headers(self) -> dict[str, str]:
        """Return the headers that every answer about this object carries."""
        shown = {} if self.as_attachment else {"Content-Security-Policy": SHOWN_ALONE}
        return shown | {
            "ETag": self.etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, no-cache",  # the address stays, its object may change
            "Content-Disposition": self.disposition,
            "X-Content-Type-Options": "nosniff",
        }


class AnyAccept(BaseContentNegotiation):
    """For views that answer with an object: it has one form, whatever `Accept` says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


def no_link(content: ObjectContent) -> None:
    """Have the bytes sent from here."""


def object_response(
    request: Request | HttpRequest, content: ObjectContent, *, read: Read, link: Link = no_link
) -> HttpResponseBase:
    """Answer GET or HEAD: 200, 206, 302, 304, 412 or 416.

    `read` is the store's `read`; `link` may give an address where the bytes are to be had.
    """
    blank = HttpResponse(content_type=content.content_type, headers=content.headers())
    answer = unless_known(request, content.etag, blank)
    if answer is not blank:
        return answer
    try:
        part = _wanted(request, content)
    except Unsatisfiable:
        return _unsatisfiable(request, content)
    if request.method == "GET" and (address := link(content)):
        return _elsewhere(address)
    return _with_bytes(request, content, part, read)


def _wanted(request: Request | HttpRequest, content: ObjectContent) -> Part | None:
    if request.method != "GET":  # the RFC defines ranges for GET alone
        return None
    return part_of(
        content.size_bytes,
        range_=request.META.get("HTTP_RANGE", ""),
        if_range=request.META.get("HTTP_IF_RANGE", ""),
        etag=content.etag,
    )


def _elsewhere(address: str) -> HttpResponse:
    """A client sends its `Range` there again. The address is a key: nobody may keep it."""
    return HttpResponse(status=302, headers={"Location": address, "Cache-Control": "no-store"})


def _with_bytes(
    request: Request | HttpRequest, content: ObjectContent, part: Part | None, read: Read
) -> HttpResponseBase:
    sent = part or Part(0, content.size_bytes)
    headers = {**content.headers(), "Content-Length": str(sent.size_bytes)}
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{content.size_bytes}"
    how = {"status": 200 if part is None else 206, "content_type": content.content_type}
    if request.method == "HEAD":
        return HttpResponse(headers=headers, **how)
    if is_offered(request.META):
        headers[HEADER] = str(Source(content.key, sent.start, sent.stop))
        return HttpResponse(headers=headers, **how)
    chunks = read(content.key, sent.start, sent.stop)
    return StreamingHttpResponse(chunks, headers=headers, **how)


def _unsatisfiable(request: Request | HttpRequest, content: ObjectContent) -> HttpResponseBase:
    return JsonResponse(
        _UNSATISFIABLE.document(request.path),
        status=_UNSATISFIABLE.status,
        content_type=MEDIA_TYPE,
        headers={"Content-Range": f"bytes */{content.size_bytes}", "Accept-Ranges": "bytes"},
    )
