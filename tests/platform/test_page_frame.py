"""What stands around every page: compression, policy, refusals in words, fragments."""

import gzip
import logging
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse

from frameflow.api.headers import ALWAYS, FOR_PARTS
from frameflow.exceptions import Conflict
from frameflow.urls import urlpatterns as all_addresses
from tests.databases import every_database

pytestmark = every_database

LONG = "frames " * 500


def text(request: HttpRequest) -> HttpResponse:
    return HttpResponse(LONG)


def archive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(LONG, content_type="text/csv", headers={"Accept-Ranges": "bytes"})


def picture(request: HttpRequest) -> HttpResponse:
    return HttpResponse(LONG, content_type="image/webp")


def refuse(request: HttpRequest) -> HttpResponse:
    raise Conflict


def database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("host db-7 does not answer")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


def leave(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/login/")


def greet(request: HttpRequest, name: str) -> HttpResponse:
    said = f"<b>{name} {request.method} {request.GET.get('page', 'first')} {request.user}</b>"
    return HttpResponse(said)


VIEWS = (text, archive, picture, refuse, database_away, broken, absent, leave)
urlpatterns = [
    *(path(f"{view.__name__}/", view, name=view.__name__) for view in VIEWS),
    path("greet/<str:name>/", greet, name="greet"),
    *all_addresses,
]
handler404 = "frameflow.pages.errors.not_found"
handler500 = "frameflow.pages.errors.server_error"

here = override_settings(ROOT_URLCONF=__name__)


@here
def test_text_travels_compressed() -> None:
    answer = Client(headers={"Accept-Encoding": "gzip"}).get("/text/")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == LONG


@here
@pytest.mark.parametrize("name", ["archive", "picture"])
def test_objects_and_pictures_travel_as_they_are(name: str) -> None:
    answer = Client(headers={"Accept-Encoding": "gzip"}).get(f"/{name}/")
    assert "Content-Encoding" not in answer.headers
    assert answer.content.decode() == LONG


@here
@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("refuse", 409, "This cannot be done now."),
        ("absent", 404, "We cannot find this."),
        ("database_away", 503, "Your videos are safe."),
        ("broken", 500, "Something went wrong on our side."),
    ],
)
def test_a_refusal_is_a_page_in_words(name: str, status: int, words: str) -> None:
    answer = Client(raise_request_exception=False).get(f"/{name}/")
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in html
    assert "db-7" not in html
    assert ("Refresh" in answer.headers) == (status >= 500)


@here
def test_a_page_of_a_fault_asks_no_database_who_looks() -> None:
    answer = Client(raise_request_exception=False).get("/broken/")
    assert "Log in" not in answer.content.decode()


@here
def test_every_page_has_the_policy() -> None:
    for name in ("text", "refuse", "absent"):
        policy = Client().get(f"/{name}/").headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("part", ["app.css", "words.js"])
def test_a_style_or_a_script_says_only_what_means_something_to_it(part: str) -> None:
    answer = Client().get(f"/static/frameflow/{part}")
    assert answer.getvalue()
    assert set(ALWAYS) & set(answer.headers) == FOR_PARTS
    assert "Content-Security-Policy" not in answer.headers


def test_a_picture_that_can_be_opened_alone_has_the_policy() -> None:
    answer = Client().get("/static/frameflow/icon.svg")
    assert answer.getvalue()
    assert set(ALWAYS) <= set(answer.headers)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_form_from_before_the_log_in_says_that_nothing_is_lost() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "This page was open too long." in answer.content.decode()


def shown(source: str, **context: Any) -> str:
    request = RequestFactory().post("/videos/?page=9")
    request.user = AnonymousUser()
    template = engines["django"].from_string("{% load pages %}" + source)
    return template.render(context, request)


@here
def test_a_fragment_is_what_the_other_view_gives_the_same_person() -> None:
    html = shown('{% fragment "greet" name %}', name="olivia")
    assert html == "<b>olivia GET first AnonymousUser</b>"


@here
@pytest.mark.parametrize("name", ["refuse", "absent", "leave"])
def test_a_fragment_that_is_refused_is_left_out(name: str) -> None:
    assert shown(f'{{% fragment "{name}" %}}') == ""


@here
@pytest.mark.parametrize("name", ["broken", "no_such_address"])
def test_a_fragment_that_fails_is_one_sentence_and_a_line_in_the_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        html = shown(f'{{% fragment "{name}" %}}')
    assert "This part cannot be shown at the moment." in html
    assert "fragment.failed" in caplog.text


@here
def test_the_request_around_a_fragment_is_left_as_it_was() -> None:
    html = shown('{% fragment "greet" "sam" %}{{ request.method }} {{ request.path }}')
    assert html.endswith("POST /videos/")
    assert reverse("greet", args=["sam"]) == "/greet/sam/"


def test_code_is_set_as_code_and_nothing_else_gets_through() -> None:
    html = shown("{{ text|with_code }}", text="Take `a<b` & go.\n\nThen <script>")
    assert html == "<p>Take <code>a&lt;b</code> &amp; go.</p>\n\n<p>Then &lt;script&gt;</p>"
