"""What stands around every page."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from frameflow.api.headers import ALWAYS, FOR_PARTS, KEPT_BY_NOBODY
from frameflow.api.problems import Problem
from frameflow.exceptions import FrameFlowError
from frameflow.pages.errors import answer

#: What says that a server behind us does not answer; `frameflow.urls` adds those of the bus.
AWAY: list[type[Exception]] = [OperationalError, InterfaceError]
#: What pages are made with: nobody's secret.
PARTS = ("text/css", "text/javascript")
COMPRESSED = ("text/", "application/json", "application/problem+json", "application/javascript")

log = logging.getLogger(__name__)


def is_part(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether this is one of our styles or scripts."""
    is_text = response.headers.get("Content-Type", "").startswith(PARTS)
    return is_text and request.path.startswith(settings.STATIC_URL)


class UsualHeaders:
    """Gives every answer the usual headers, unless its view has others; it stands outermost, so
    that also what another middleware answers has them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in {**ALWAYS, "Cache-Control": KEPT_BY_NOBODY}.items():
            response.headers.setdefault(name, value)
        if is_part(request, response):
            for name in {*ALWAYS, "Content-Security-Policy"} - FOR_PARTS:
                response.headers.pop(name)
        return response


class CompressText(GZipMiddleware):
    """Compresses what is text, and leaves objects of the store as they are: their bytes have a
    digest, ranges and a length."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        content_type = response.get("Content-Type", "")
        streamed = content_type.startswith("text/event-stream")  # read as it comes
        whole = response.has_header("Accept-Ranges")
        if streamed or whole or not content_type.startswith(COMPRESSED):
            return response
        return super().process_response(request, response)


class CompressParts(GZipMiddleware):
    """Compresses styles and scripts before `CompressText` could, and without its random bytes,
    which keep the length of a page from telling what stands in it."""

    max_random_bytes = 0

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if is_part(request, response):
            return super().process_response(request, response)
        return response


class RefusalPages:
    """A view that raised one of our refusals, or found a server away, answers in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a refusal; None leaves what nobody foresaw to Django."""
        if isinstance(error, FrameFlowError):
            return answer(request, Problem.of_error(error))
        if isinstance(error, tuple(AWAY)):
            log.warning("page.unavailable", extra={"path": request.path, "reason": str(error)})
            return answer(request, Problem.of_status(503))
        return None
