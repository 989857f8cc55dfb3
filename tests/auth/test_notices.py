"""Who is told what, and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django import Settings

from apps.auth import handlers
from apps.auth.models import NoticeWish, User
from apps.auth.services import ask_notice, delete_user, forget_notice, send_due_notices
from frameflow.contracts import ArchivePublished, ExpiryExtended, ExtractionEnded, Outcome
from frameflow.contracts.processing import Failure
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"])
DAY = timedelta(days=1)


def ended(ids: dict[str, Any], outcome: Outcome, expires_at: datetime | None = None) -> None:
    message = ExtractionEnded(
        **ids, outcome=outcome, cause="test", ended_at=datetime.now(UTC), expires_at=expires_at,
        error=Failure(code="unreadable", detail="", retryable=False)
        if outcome == Outcome.FAILED else None,
    )  # fmt: skip
    handlers.on_extraction_ended(message)


def published(ids: dict[str, Any]) -> None:
    handlers.on_archive_published(ArchivePublished(**ids, zip_bytes=1, zip_sha256="0" * 64))


def extended(ids: dict[str, Any], expires_at: datetime) -> None:
    handlers.on_expiry_extended(ExpiryExtended(**ids, expires_at=expires_at, cause="downloaded"))


def subjects_after_sending(at: datetime) -> list[str]:
    mail.outbox.clear()
    send_due_notices(at=at)
    return [str(message.subject) for message in mail.outbox]


def test_a_ready_archive_is_told_once_in_plain_text(
    eager: User, ids: dict[str, Any], settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://frames.example"
    ended(ids, Outcome.READY)
    assert subjects_after_sending(datetime.now(UTC)) == []

    published(ids)
    published(ids)

    assert subjects_after_sending(datetime.now(UTC)) == ["Your frames are ready"]
    [message] = mail.outbox
    assert message.to == ["alice@example.com"]
    assert f"https://frames.example/videos/{ids['video_id']}/" in str(message.body)
    published(ids)
    assert subjects_after_sending(datetime.now(UTC)) == []


def test_a_failure_is_told_once_for_each_run(eager: User, ids: dict[str, Any]) -> None:
    ended(ids, Outcome.FAILED)
    ended(ids, Outcome.FAILED)
    assert subjects_after_sending(datetime.now(UTC)) == ["We could not make your frames"]

    ended({**ids, "run": 2}, Outcome.FAILED)

    assert subjects_after_sending(datetime.now(UTC)) == ["We could not make your frames"]


def test_nothing_is_mailed_unless_asked_also_not_later(alice: User, ids: dict[str, Any]) -> None:
    published(ids)
    assert subjects_after_sending(datetime.now(UTC)) == []

    User.objects.update(wants_notices=True)

    assert subjects_after_sending(datetime.now(UTC)) == []


def test_a_wish_about_one_video_is_for_that_video_alone(
    alice: User, ids: dict[str, Any], now: datetime
) -> None:
    ask_notice(user_id=alice.pk, extraction_id=ids["extraction_id"], at=now)
    other = {**ids, "extraction_id": uuid4()}
    for each in (ids, other):
        published(each)
        ended({**each, "run": 2}, Outcome.FAILED)
    told = subjects_after_sending(datetime.now(UTC))
    assert sorted(told) == ["We could not make your frames", "Your frames are ready"]
    assert "because you asked for it on the page of the video." in str(mail.outbox[0].body)
    forget_notice(user_id=alice.pk, extraction_id=ids["extraction_id"])
    published({**ids, "run": 3})
    assert subjects_after_sending(datetime.now(UTC)) == []


def test_a_wish_about_the_video_of_another_comes_to_nothing(
    alice: User, ids: dict[str, Any], now: datetime
) -> None:
    eve = User.objects.create_user(email="eve@example.com", password="plum-Orchard-43")
    ask_notice(user_id=eve.pk, extraction_id=ids["extraction_id"], at=now)
    published(ids)
    assert subjects_after_sending(datetime.now(UTC)) == []


def test_the_wish_is_made_and_taken_back_on_the_page_without_a_script(
    alice: User, ids: dict[str, Any], client: Client
) -> None:
    client.force_login(alice)
    address = f"/videos/{ids['video_id']}/extractions/{ids['extraction_id']}/notice/"
    assert "Tell me by e-mail when it is ready" in client.get(address).content.decode()
    answer = client.post(address)
    assert answer.headers["Location"] == f"/videos/{ids['video_id']}/"
    client.post(address)
    assert NoticeWish.objects.count() == 1
    assert "No mail after all" in client.get(address).content.decode()
    client.post(address, {"forget": "yes"})
    assert not NoticeWish.objects.exists()
    User.objects.update(wants_notices=True)
    assert "<button" not in client.get(address).content.decode()


def test_the_oldest_of_many_wishes_is_let_go(
    alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.auth.services.notices.MAX_WISHES", 2)
    asked = [uuid4() for _ in range(3)]
    for number, each in enumerate(asked):
        ask_notice(user_id=alice.pk, extraction_id=each, at=now + number * DAY)
    kept = set(NoticeWish.objects.values_list("extraction_id", flat=True))
    assert kept == set(asked[1:])


def test_a_closed_account_keeps_no_wish(alice: User, now: datetime) -> None:
    ask_notice(user_id=alice.pk, extraction_id=uuid4(), at=now)
    delete_user(user_id=alice.pk, password=PASSWORD, at=now)
    assert not NoticeWish.objects.exists()


def test_a_closed_account_and_an_unknown_owner_get_nothing(
    eager: User, ids: dict[str, Any]
) -> None:
    published(ids)
    published({**ids, "extraction_id": uuid4(), "owner_id": uuid4()})
    User.objects.update(is_active=False)

    assert subjects_after_sending(datetime.now(UTC)) == []


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.DELETED, Outcome.EXPIRED])
def test_after_any_other_end_there_is_silence_in_any_order(
    eager: User, ids: dict[str, Any], now: datetime, outcome: Outcome
) -> None:
    soon = now + DAY
    published(ids)
    extended(ids, soon)
    ended(ids, outcome)
    assert subjects_after_sending(datetime.now(UTC)) == []

    extended(ids, soon + DAY)
    published(ids)
    late = {**ids, "extraction_id": uuid4()}
    ended(late, outcome)
    published(late)
    extended(late, soon)

    assert subjects_after_sending(datetime.now(UTC)) == []


def test_a_wish_goes_with_what_it_was_about(
    alice: User, ids: dict[str, Any], now: datetime
) -> None:
    other = {**ids, "extraction_id": uuid4()}
    for each in (ids, other):
        ask_notice(user_id=alice.pk, extraction_id=each["extraction_id"], at=now)
    ended(other, Outcome.CANCELLED)
    ended(ids, Outcome.DELETED)
    assert [wish.extraction_id for wish in NoticeWish.objects.all()] == [other["extraction_id"]]


def test_the_mail_speaks_the_language_of_its_reader(eager: User, ids: dict[str, Any]) -> None:
    User.objects.update(language="pt-br")
    ended(ids, Outcome.READY, expires_at=datetime(2030, 5, 7, tzinfo=UTC))

    [subject] = subjects_after_sending(datetime(2030, 5, 6, tzinfo=UTC))

    assert "7 de maio de 2030" in subject


class ServerAway(EmailBackend):
    """A mail server that does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class ServerDiesWhileSending(EmailBackend):
    """A mail server that goes away with the mail in hand."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionResetError


@pytest.fixture
def ready_notice(eager: User, ids: dict[str, Any]) -> None:
    """A mail that is due."""
    published(ids)


def test_a_mail_waits_while_the_server_is_away(ready_notice: None, settings: Settings) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.ServerAway"
    with pytest.raises(ConnectionRefusedError):
        send_due_notices(at=datetime.now(UTC))

    settings.EMAIL_BACKEND = working

    assert subjects_after_sending(datetime.now(UTC)) == ["Your frames are ready"]


def test_a_mail_in_hand_when_the_server_dies_is_not_sent_twice(
    ready_notice: None, settings: Settings
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.ServerDiesWhileSending"
    with pytest.raises(ConnectionResetError):
        send_due_notices(at=datetime.now(UTC))

    settings.EMAIL_BACKEND = working

    assert subjects_after_sending(datetime.now(UTC)) == []
