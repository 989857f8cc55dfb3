"""All that is kept about a person, in one file: what each context tells of its own."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views import View

from apps.auth import selectors
from frameflow.api.problems import Problem
from frameflow.api.throttling import wait_s
from frameflow.pages.errors import answer
from frameflow.pages.fragments import asked
from frameflow.pages.personal import PersonalDataView, Row

FILE = "frame-flow-data.json"


class AccountDataView(PersonalDataView):
    """What auth keeps about a person."""

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        return selectors.personal_data(user_id=owner_id)


class DataView(LoginRequiredMixin, View):
    """The whole, written while it is read: `{"auth": {…}, "upload": {…}, …}`."""

    http_method_names = ["get"]
    throttle_scope = "data"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a file."""
        if left_s := wait_s(request, self):
            return answer(request, Problem.of_status(429, retry_after_s=left_s))
        headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
        pieces = whole(request)
        return StreamingHttpResponse(pieces, content_type="application/json", headers=headers)


def whole(request: HttpRequest) -> Iterator[bytes]:
    """Yield the parts, each under the name of its context."""
    for number, context in enumerate(settings.ACTIVE_CONTEXTS):
        yield f'{"," if number else "{"}\n"{context.name}": '.encode()
        yield from part(request, f"{context.name}:data")
    yield b"}\n"


def part(request: HttpRequest, name: str) -> Iterator[bytes]:
    """Yield what one context answers."""
    response = asked(request, reverse(name))
    assert isinstance(response, StreamingHttpResponse)  # noqa: S101  it is a PersonalDataView
    yield from map(bytes, response)
