"""The guard of tests/boundaries.py sees a context that reads another's tables."""

import types
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from apps.auth.models import User
from apps.download.models import Archive
from apps.upload.models import Video
from frameflow.bus import registry
from frameflow.bus.consumer import consume
from frameflow.contracts import Envelope, UserDeleted
from tests.boundaries import guarded
from tests.databases import every_database

pytestmark = every_database

Function = Callable[..., object]

CODE = """
def planted(*args):
    return Archive.objects.count()

class Page:
    def get(self, request):
        return len(self.found)
"""


@pytest.fixture(autouse=True)
def each_context_keeps_to_its_own_tables() -> None:
    """Not in force here: these tests cross on purpose, inside a guard of their own."""


def code_in(module: str) -> types.ModuleType:
    """Return code that reads download's table, as if it stood in `module`."""
    made = types.ModuleType(module)
    made.__dict__["Archive"] = Archive
    exec(CODE, made.__dict__)  # noqa: S102
    return made


def crossing(alias: str) -> "pytest.RaisesExc[BaseException]":
    return pytest.raises(pytest.fail.Exception, match=f"queries the database of {alias}")


def test_a_planted_handler_that_reads_anothers_table_is_seen_although_the_consumer_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted = code_in("apps.upload.handlers").planted
    monkeypatch.setitem(registry._handlers, ("upload", UserDeleted.type), planted)
    said = UserDeleted(user_id=uuid4(), deleted_at=timezone.now())
    raw = Envelope.around(said, producer="auth", at=timezone.now()).encode()
    with crossing("download"), guarded():
        consume("upload", raw)


@pytest.mark.parametrize("module", ["apps.processing.jobs.run", "apps.upload.api.views"])
def test_a_planted_job_or_view_that_reads_anothers_table_is_seen(module: str) -> None:
    with crossing("download"), guarded():
        code_in(module).planted()


def test_a_planted_page_that_reads_anothers_table_late_is_seen() -> None:
    page = code_in("apps.upload.api.views").Page()
    page.found = Archive.objects.all()  # nothing of upload on the stack but the page itself
    with crossing("download"), guarded():
        page.get(None)


def test_reading_people_is_not_the_login() -> None:
    reads_people = code_in("apps.upload.handlers")
    reads_people.__dict__["Archive"] = User
    with crossing("auth"), guarded():
        reads_people.planted()


def test_a_context_reads_its_own_tables() -> None:
    with guarded():
        code_in("apps.download.handlers").planted()


def test_everybody_may_ask_who_is_asking(owner: User) -> None:
    asks = code_in("apps.upload.views")
    exec("def page(request): return request.user.pk", asks.__dict__)  # noqa: S102
    with guarded():
        assert asks.page(_request_of(owner)) == owner.pk


def test_a_test_may_look_anywhere() -> None:
    with guarded():
        assert (Video.objects.count(), Archive.objects.count()) == (0, 0)


def _request_of(person: User) -> HttpRequest:
    from django.contrib.auth import login
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.contrib.sessions.backends.db import SessionStore

    first = RequestFactory().get("/")
    first.session = SessionStore()
    login(first, person, backend="django.contrib.auth.backends.ModelBackend")
    request = RequestFactory().get("/")
    request.session = first.session
    AuthenticationMiddleware(lambda _: None)(request)  # type: ignore[arg-type]
    return request
