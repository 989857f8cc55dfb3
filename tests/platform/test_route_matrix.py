"""Every address of the product, for everybody: what they may see and do."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.auth import services as auth
from apps.auth.models import User
from apps.download.services import make_share
from apps.orchestration import services as orchestration
from frameflow.api.headers import ALWAYS
from tests import messages
from tests.databases import ALIASES, every_database
from tests.download.conftest import Publish, publish  # noqa: F401  a fixture
from tests.factories import extraction_of, stored_video
from tests.platform.admin.rows import one_of_each
from tests.platform.route_table import PEOPLE, expected
from tests.platform.routes import routes

pytestmark = [every_database, pytest.mark.timeout(300)]

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)\??")
#: Auth knows of no video: its page says of any ids what the person who asks has wished.
OF_WHO_ASKS = "videos/<uuid:video_id>/extractions/<uuid:extraction_id>/notice/"
OF_NOBODY = "public, max-age=300"  # the key that tokens are checked with
VALUES = {
    "queue_index": "0",
    "connection_index": "0",
    "scheduler_index": "0",
    "uidb64": "MQ",
    "token": "set-password",
    "name": "resend",
    "app_label": "upload",
    "url": "nothing-here",
    "job_id": "nothing",
    "result_id": "nothing",
    "key": "nothing",
    "content_type_id": "1",
    "scheduler_name": "nothing",
    "cron_job_name": "nothing",
}


@pytest.fixture
def video_id(owner: User, publish: Publish) -> UUID:  # noqa: F811
    """A ready video of the owner's, in every context that knows of it."""
    video = stored_video(owner_id=owner.pk, extraction=None)
    ids = publish(video.pk)
    extraction_of(video, id=ids["extraction_id"], result=None)
    known = {name: ids[name] for name in ("owner_id", "video_id", "extraction_id")}
    orchestration.advance_saga(heard=messages.file_uploaded(**known), at=timezone.now())
    one_of_each()
    return video.pk


@pytest.fixture
def token_id(owner: User) -> UUID:
    """A key of the owner's for a program."""
    made = auth.make_api_token(user=owner, name="nightly", can_write=True, expires_at=None)
    return made.token.pk


@pytest.fixture
def share_id(owner: User, video_id: UUID) -> UUID:
    """A link to the owner's frames."""
    mine = {"video_id": video_id, "owner_id": owner.pk}
    return make_share(**mine, days=1, name="", at=timezone.now()).share.pk


@pytest.fixture
def sessions(owner: User, stranger: User, support_agent: User) -> dict[str, str | None]:
    """Everybody's session, by what they are."""
    root = User.objects.create_superuser("root@example.com", "correct horse battery")
    users = {"owner": owner, "stranger": stranger, "support": support_agent, "admin": root}
    return {"anonymous": None, **{name: session_of(user) for name, user in users.items()}}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written in the block is taken back."""
    with ExitStack() as stack:
        for alias in ALIASES:
            stack.enter_context(transaction.atomic(using=alias))
            stack.callback(transaction.set_rollback, True, using=alias)
        yield


def address_of(pattern: str, owned: dict[str, UUID], objects: dict[str, str]) -> str:
    """Return an address that a pattern matches."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name == "object_id":
            return objects.get(pattern.split("<")[0], "nothing")
        return str(owned.get(name) or VALUES.get(name, "1"))

    plain = pattern.replace("/?$", "").replace("$", "").replace("^", "")
    return "/" + PARAMETER.sub(value, plain)


def objects_in_the_admin(session: str) -> dict[str, str]:
    """Return the key of a row of each model, by the address of its list."""
    client, found = Client(), {}
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    for model in admin.site._registry:
        listed = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        page = client.get(listed).content.decode()
        if link := re.search(rf'href="{listed}([^"/?]+)/change/', page):
            found[listed.removeprefix("/")] = link[1]
    return found


class Answer(NamedTuple):
    """What somebody is answered, and which of the usual headers it has not."""

    status: int
    lacks: tuple[str, ...]


def asked(session: str | None, method: str, address: str) -> Answer:
    """Return an answer; whatever it did is undone."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    more: dict[str, Any] = {} if method == "GET" else {"content_type": "application/json"}
    with undone():
        answer = client.generic(method, address, b"" if method == "GET" else b"{}", **more)
        return Answer(answer.status_code, tuple(lacking(answer)))


def lacking(answer: Any) -> Iterator[str]:
    """Yield what an answer should say to browsers and caches, and does not."""
    yield from (name for name in ALWAYS if name not in answer.headers)
    policy = answer.headers.get("Content-Security-Policy", "")
    own = answer.headers.get("Content-Type", "").startswith("image/")  # alone, in a sandbox
    own = own or answer.wsgi_request.path.startswith("/admin/django_rq/dashboard/")
    if "frame-ancestors 'none'" not in policy or ("unsafe" in policy and not own):
        yield f"a strict policy: {policy}"
    kept = answer.headers["Cache-Control"]
    if not {"private", "no-store"} & set(kept.split(", ")) and kept != OF_NOBODY:
        yield f"privacy: {kept}"


@pytest.fixture
def found(
    video_id: UUID, token_id: UUID, share_id: UUID, sessions: dict[str, str | None]
) -> dict[tuple[str, str], tuple[Answer, ...]]:
    """What every route answers, for everybody."""
    owned = {"video_id": video_id, "pk": video_id, "token_id": token_id, "share_id": share_id}
    owned["extraction_id"] = video_id
    objects = objects_in_the_admin(str(sessions["admin"]))
    return {
        (method, route.pattern): tuple(
            asked(sessions[person], method, address_of(route.pattern, owned, objects))
            for person in PEOPLE
        )
        for route in routes()
        for method in route.methods
    }


def test_every_route_answers_everybody_as_the_table_says(
    found: dict[tuple[str, str], tuple[Answer, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    rows, absent = expected(), "no such row"
    answers = found
    found = {row: tuple(each.status for each in cells) for row, cells in found.items()}
    wrong = [
        f"{method} /{route}: {found.get((method, route), absent)}, and in the table: "
        f"{rows.get((method, route), absent)}"
        for method, route in sorted(found.keys() | rows.keys())
        if found.get((method, route)) != rows.get((method, route))
    ]
    assert not wrong, "\n".join(wrong)
    with capsys.disabled():
        print(f"\n{len(routes())} routes, {len(found) * len(PEOPLE)} answers")  # noqa: T201
    lacks = {row: [each.lacks for each in cells] for row, cells in answers.items()}
    assert not {row: each for row, each in lacks.items() if any(each)}


def test_a_stranger_finds_nothing_of_somebody_elses() -> None:
    """Holds of the table itself: a video is not there for whoever is not its owner."""
    of_a_video = {
        row: answers
        for row, answers in expected().items()
        if row[1] != OF_WHO_ASKS
        and not row[1].startswith("admin/")
        and PARAMETER.search(row[1])
        and "video" in row[1]
    }
    assert len(of_a_video) > 20
    for row, (anonymous, _owner, *others) in of_a_video.items():
        assert anonymous in (302, 401), row
        assert set(others) <= {404, 405}, row
