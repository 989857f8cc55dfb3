"""A whole story, and all that goes wrong in it, leaves nothing in the logs that opens a door or
names a person or a file."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.auth.services import send_reset_links
from apps.auth.services.resets import link_for
from frameflow.storage import ObjectStore
from tests.api.recording import API_TOKEN, JWT, LINK_TOKEN, SHARE, Recording
from tests.api.story import EMAIL, NEXT, PASSWORD, tell
from tests.bus import Bus
from tests.databases import every_database

pytestmark = every_database

LINK = "https://bucket.example.com/a/b?X-Amz-Credential=AKIA%2Fus&X-Amz-Signature=0123456789abcdef"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the product would write to standard error, down to the last detail of ours."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    formatters = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(formatters.pop("()")(**formatters))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("apps").setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)
    logging.getLogger("apps").setLevel(logging.NOTSET)


def test_the_story_leaves_no_secret_in_the_logs(
    bus: Bus, objects: ObjectStore, lines: StringIO
) -> None:
    story = Recording(APIClient(), datetime.now(UTC))
    tell(story, bus)
    kept = json.dumps(story.exchanges)
    mails = "".join(str(each.body) for each in mail.outbox)
    secrets = {
        *re.findall(JWT, kept),
        *re.findall(API_TOKEN, kept),
        *re.findall(LINK_TOKEN, mails),
        *re.findall(SHARE, kept),
    }
    assert len(secrets) >= 7
    logging.getLogger("apps").debug("all of this is heard")
    assert "all of this is heard" in lines.getvalue()
    for secret in {*secrets, EMAIL, PASSWORD, NEXT, "holiday", "Summer"}:
        assert secret not in lines.getvalue()


TOKEN = f"eyJ{'a' * 20}.{'b' * 20}.{'c' * 20}"
API_KEY = f"ff_{'k' * 43}"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"bad\n{TOKEN}", "aaaa"),
        (f"see\n{API_KEY}", "kkkk"),
        (f"t\t{API_KEY}", "kkkk"),
        ("x\nalice@example.com", "alice"),
        ("joão@exemplo.com.br", "jo"),
        ("joa\u0303o@exemplo.com.br", "jo"),  # the same letters, the tilde by itself
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(text: str, secret: str, lines: StringIO) -> None:
    log = logging.getLogger("apps.upload")
    asked = {"deep": [(text, {text: ValueError(text)})], "repr": repr(text), "raw": text.encode()}
    log.info("asked: %s", text, extra=asked)
    structlog.get_logger("apps.upload").info("said", why=text, **asked)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed", extra={"count": 3})
    events = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert len(events) == 3
    assert all("…" in str(event) and secret not in str(event) for event in events)
    assert "ValueError" in events[2]["exception"]
    assert events[2]["count"] == 3


def test_what_goes_wrong_leaves_none_either(
    owner: User, objects: ObjectStore, lines: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_for(owner, "http://testserver")
    page = Client(raise_request_exception=False)
    page.post("/login/", {"username": owner.email, "password": "guessed-by-hand"})
    page.post("/signup/", {"email": owner.email, "password": "short"})
    page.force_login(owner)
    page.get(f"/videos/{uuid4()}/zip/", {"name": "birthday.mp4"})
    page.get(f"/s/{'t' * 43}/zip/")
    page.get(f"/email/{'m' * 43}/")
    page.get(f"/email/{'m' * 43}/nothing")
    page.get(f"/nowhere/?next={link}&search=birthday")
    page.get("/password/reset/MQ/d1leop-0123456789abcdef0123456789abcdef/nothing")

    def away(*_: Any) -> None:
        raise OperationalError(f"the server is away (asked by {owner.email})")

    monkeypatch.setattr("django.contrib.auth.views.PasswordResetConfirmView.get_user", away)
    assert page.get(link.removeprefix("http://testserver")).status_code == 503
    log = logging.getLogger("frameflow.api.failing")
    try:
        raise ValueError(f"{LINK} {TOKEN} {API_KEY} {owner.email} {link}")
    except ValueError:
        log.exception("it failed", extra={"reason": [f"<{owner.email}>: refused"]})
    said = lines.getvalue()
    uid, secret = link.strip("/").split("/")[-2:]
    for each in (
        owner.email,
        "guessed-by-hand",
        "birthday",
        uid,
        secret,
        "d1leop-0123",
        TOKEN,
        "0123456789abcdef",
        "AKIA",
        "kkkk",
        "tttt",
        "mmmm",
    ):
        assert each not in said, each
    assert "it failed" in said
    assert all(json.loads(line) for line in said.splitlines())


def test_a_mail_that_is_refused_names_nobody(owner: User, lines: StringIO) -> None:
    APIClient().post("/api/v1/auth/password/reset/", {"email": owner.email})
    assert send_reset_links() == 1
    assert owner.email not in lines.getvalue()
