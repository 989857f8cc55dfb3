"""Every refusal has one shape."""

import json
import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from frameflow.api.problems import KINDS, Problem
from frameflow.exceptions import Conflict, FrameFlowError, Unavailable
from frameflow.pages.errors import server_error

MEMBERS = {
    "type", "title", "status", "detail", "instance", "code", "action", "retryable", "errors",
}  # fmt: skip
SECRET = "host=db-7 password=hunter2"


class CsvRenderer(BaseRenderer):
    """A view's own format."""

    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, *args: Any) -> bytes:
        return b"csv"


def answer_to(error: Exception, accept: str = "application/json", method: str = "get") -> Any:
    """Return the rendered answer of a view that raises `error`."""

    class View(APIView):
        permission_classes = (AllowAny,)
        authentication_classes = ()
        renderer_classes = (JSONRenderer, CsvRenderer, BrowsableAPIRenderer)

        def get(self, request: Request) -> Response:
            raise error

    make = getattr(APIRequestFactory(), method)
    response = View.as_view()(make("/api/v1/things/", headers={"accept": accept}))
    response.render()
    return response


def document_of(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    return dict(json.loads(response.content))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict(), 409, "conflict"),
        (Unavailable(), 503, "unavailable"),
        (exceptions.ValidationError({"a": ["no"]}), 422, "invalid"),
        (DjangoValidationError({"a": ["no"]}), 422, "invalid"),
        (exceptions.ParseError(), 400, "bad_request"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (PermissionDenied(), 403, "forbidden"),
        (exceptions.NotFound(), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_type"),
        (RequestDataTooBig(), 413, "too_large"),
        (exceptions.Throttled(wait=7), 429, "rate"),
        (OperationalError(SECRET), 503, "unavailable"),
        (InterfaceError(SECRET), 503, "unavailable"),
        (FrameFlowError(SECRET), 500, "internal"),
        (Unavailable(SECRET), 503, "unavailable"),
        (ZeroDivisionError(SECRET), 500, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_exception_becomes_one_problem(error: Exception, status: int, code: str) -> None:
    response = answer_to(error)
    document = document_of(response)

    assert response.status_code == status
    assert set(document) == MEMBERS
    assert (document["status"], document["code"]) == (status, code)
    assert document["instance"] == "/api/v1/things/"
    assert document["title"]
    assert document["action"]
    assert "hunter2" not in response.text


def test_a_method_that_is_not_there_names_those_that_are() -> None:
    response = answer_to(Conflict(), method="delete")

    assert document_of(response)["code"] == "method_not_allowed"
    assert "GET" in response["Allow"]


def test_a_format_that_is_not_there_is_refused_in_json() -> None:
    response = answer_to(Conflict(), accept="image/gif")

    assert response.status_code == 406
    assert document_of(response)["code"] == "not_acceptable"


def test_a_problem_is_json_also_where_another_format_was_asked_for() -> None:
    assert document_of(answer_to(Conflict(), accept="text/csv"))["code"] == "conflict"


def test_a_person_at_the_browsable_api_keeps_the_page() -> None:
    response = answer_to(Conflict(), accept="text/html")

    assert response["Content-Type"].startswith("text/html")
    assert response.status_code == 409


def test_nested_errors_are_named_by_their_path() -> None:
    detail: dict[str, Any] = {
        "timestamps": [{}, {"at": ["must be a number"]}],
        "options": {"count": ["too small", "odd"]},
        "non_field_errors": ["end before start"],
    }

    errors = document_of(answer_to(exceptions.ValidationError(detail)))["errors"]

    assert errors == [
        {"path": "timestamps.1.at", "message": "must be a number"},
        {"path": "options.count", "message": "too small"},
        {"path": "options.count", "message": "odd"},
        {"path": "", "message": "end before start"},
    ]


def test_what_can_be_tried_again_says_when() -> None:
    assert answer_to(exceptions.Throttled(wait=6.2))["Retry-After"] == "7"
    assert answer_to(OperationalError())["Retry-After"] == "5"
    assert answer_to(Unavailable(retry_after_s=1))["Retry-After"] == "1"
    assert "Retry-After" not in answer_to(Conflict())
    assert document_of(answer_to(Unavailable()))["retryable"] is True


def test_our_own_exceptions_say_their_detail_and_their_facts() -> None:
    errors = [{"path": "run", "message": "is old"}]

    document = document_of(answer_to(Conflict("The video is at work.", errors=errors)))

    assert document["detail"] == "The video is at work."
    assert document["errors"] == errors


def test_the_unforeseen_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    answer_to(ZeroDivisionError(SECRET))

    [record] = [each for each in caplog.records if each.name.startswith("frameflow.api")]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_what_nobody_can_correct_is_no_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer_to(Conflict())
    answer_to(OperationalError())

    records = [each for each in caplog.records if each.name.startswith("frameflow.api")]
    assert [each.levelno for each in records] == [logging.WARNING]


def test_an_address_that_is_not_there_is_a_problem_below_api_and_a_page_elsewhere(
    client: Client,
) -> None:
    program, person = client.get("/api/v1/nothing/"), client.get("/nothing/<b>/")

    assert (program.status_code, person.status_code) == (404, 404)
    assert program["Content-Type"] == "application/problem+json"
    assert program.json()["code"] == "not_found"
    assert person["Content-Type"].startswith("text/html")
    assert "We cannot find this." in person.text
    assert "<b>" not in person.text


def test_a_fault_outside_a_view_of_the_api_is_a_problem_too(rf: RequestFactory) -> None:
    response = server_error(rf.get("/api/v1/things/"))

    assert response.status_code == 500
    assert set(json.loads(response.content)) == MEMBERS


def test_codes_are_never_translated() -> None:
    with translation.override("pt-br"):
        document = document_of(answer_to(exceptions.ValidationError({"a": ["x"]})))

    assert (document["code"], document["status"]) == ("invalid", 422)


@pytest.mark.parametrize("status", [*KINDS, 418, 504])
def test_what_a_status_says_is_said_in_the_language_of_whoever_reads_it(status: int) -> None:
    problem = Problem.of_status(status)  # may be made before anybody asks
    with translation.override("en"):
        said = problem.document("/")
    with translation.override("pt-br"):
        read = problem.document("/")
        for name in ("title", "action"):
            assert read[name] == gettext(said[name]) != said[name]
