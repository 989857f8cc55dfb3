"""Passwords: changed by whoever knows the old one, replaced by whoever reads the mail."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth import services
from apps.auth.models import ResetWish, User
from apps.auth.services import TokenPair, register_user
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

NEXT = "pear-Meadow-77"


@pytest.fixture
def page(alice: User) -> Client:
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client


def reset_link(email: str, **extra: str) -> str:
    """Ask for a link and return the address in the mail."""
    answer = Client().post("/password/reset/", {"email": email}, headers=extra)
    assert answer.status_code == 200
    services.send_reset_links()
    found = re.search(r"https?://\S+", mail.outbox[-1].body)
    assert found
    return found[0]


def opened(link: str) -> tuple[Client, str]:
    """Open a link as a browser does; return it and the address that it ends at."""
    client = Client()
    path = "/" + link.split("/", 3)[3]
    answer = client.get(path, follow=True)
    return client, answer.redirect_chain[-1][0] if answer.redirect_chain else path


def test_a_changed_password_ends_everything_but_this_browser(
    page: Client, alice: User, tokens: TokenPair, api: APIClient
) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    typed = {"current_password": PASSWORD, "new_password": NEXT}
    answer = page.post("/password/change/", typed, follow=True)
    assert "Your password is changed." in answer.content.decode()
    assert page.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302
    refused = api.post("/api/v1/auth/token/refresh/", {"refresh": tokens.refresh})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current_password": "wrong", "new_password": NEXT}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "12345678"}, "new_password"),
    ],
)
def test_what_is_wrong_with_a_password_stands_beside_it(
    page: Client, alice: User, typed: dict[str, str], field: str
) -> None:
    answer = page.post("/password/change/", typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_the_link_of_the_mail_sets_a_password_and_comes_in(alice: User, tokens: TokenPair) -> None:
    client, address = opened(reset_link(alice.email))
    assert alice.password not in address
    answer = client.post(address, {"new_password": NEXT})
    assert answer.headers["Location"] == "/"
    assert client.get("/settings/").status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(NEXT)
    with pytest.raises(Exception, match="revoked"):
        services.rotate_token(refresh=tokens.refresh)


def test_a_weak_password_keeps_the_link_alive(alice: User) -> None:
    client, address = opened(reset_link(alice.email))
    refused = client.post(address, {"new_password": "12345678"})
    assert refused.status_code == 422
    assert 'id="id_new_password_error"' in refused.content.decode()
    assert client.post(address, {"new_password": NEXT}).status_code == 302


def test_a_link_works_once(alice: User) -> None:
    link = reset_link(alice.email)
    client, address = opened(link)
    client.post(address, {"new_password": NEXT})
    again, _ = opened(link)
    assert "This link does not work any more." in again.get(link).content.decode()


def test_of_two_links_one_use_ends_both(alice: User) -> None:
    first, second = reset_link(alice.email), reset_link(alice.email)
    form, address = opened(first)
    assert form.post(address, {"new_password": "pear-Meadow-77"}).status_code == 302
    for used in (first, second):
        page, where = opened(used)
        assert page.post(where, {"new_password": "another-Pear-78"}).status_code == 200
    alice.refresh_from_db()
    assert alice.check_password("pear-Meadow-77")


def test_the_link_does_not_travel_on_from_its_page(alice: User) -> None:
    link = reset_link(alice.email)
    answer = Client().get(link)
    assert answer.status_code == 302
    assert link.strip("/").split("/")[-1] not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_whoever_signed_up_with_anothers_address_is_out_once_its_owner_resets(
    alice: User, tokens: TokenPair, page: Client
) -> None:
    key = services.make_api_token(user=alice, name="planted", can_write=True, expires_at=None).key
    form, address = opened(reset_link(alice.email))
    form.post(address, {"new_password": "pear-Meadow-77"})
    assert page.get("/settings/").status_code == 302
    for credentials in (f"Bearer {tokens.access}", f"Token {key}"):
        me = Client().get("/api/v1/auth/me/", headers={"Authorization": credentials})
        assert me.status_code == 401


def test_a_link_works_for_an_hour(alice: User, settings: Settings) -> None:
    link = reset_link(alice.email)
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    settings.PASSWORD_RESET_TIMEOUT = -1  # the hour is over
    client, _ = opened(link)
    assert "This link does not work any more." in client.get(link).content.decode()


@pytest.mark.parametrize("address", ["/password/reset/x/y/", "/password/reset/MQ/set-password/"])
def test_a_link_that_nobody_sent_opens_nothing(db: None, address: str) -> None:
    assert "This link does not work any more." in Client().get(address).content.decode()


def test_the_answer_is_the_same_for_an_address_that_nobody_has(alice: User) -> None:
    def said(email: str) -> str:
        html = Client().post("/password/reset/", {"email": email}).content.decode()
        without_token = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
        return without_token.replace(email, "EMAIL")

    assert said(alice.email) == said("nobody@example.com")
    assert ResetWish.objects.count() == 2  # and as much is written
    assert services.send_reset_links() == 1
    assert [each.to for each in mail.outbox] == [[alice.email]]
    assert not ResetWish.objects.exists()


def test_whoever_asks_often_gets_one_mail(alice: User) -> None:
    for _ in range(3):
        services.request_reset(email=alice.email, site="http://testserver", at=timezone.now())
    assert services.send_reset_links() == 1


def test_a_link_is_sent_to_whoever_can_log_in_whatever_the_letters(db: None) -> None:
    User.objects.create_user(email="İpek@example.com", password=PASSWORD)
    services.request_reset(email="İpek@EXAMPLE.com", site="http://testserver", at=timezone.now())
    assert services.send_reset_links() == 1


def test_a_link_of_an_account_that_was_shut_opens_nothing(alice: User) -> None:
    client, address = opened(reset_link(alice.email))
    User.objects.update(is_active=False)
    answer = client.post(address, {"new_password": NEXT})
    assert "This link does not work any more." in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_after_the_link_the_pages_speak_the_language_of_the_profile(alice: User) -> None:
    User.objects.update(language="pt-br")
    client, address = opened(reset_link(alice.email))
    client.post(address, {"new_password": NEXT})
    assert '<html lang="pt-br">' in client.get("/settings/").content.decode()


def test_a_closed_account_gets_no_link(alice: User) -> None:
    services.request_reset(email=alice.email, site="http://testserver", at=timezone.now())
    User.objects.update(is_active=False)
    services.request_reset(email=alice.email, site="http://testserver", at=timezone.now())
    assert services.send_reset_links() == 0


def test_a_strange_host_cannot_be_planted_in_the_link(alice: User, settings: Settings) -> None:
    answer = Client().post(
        "/password/reset/", {"email": alice.email}, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    assert not ResetWish.objects.exists()
    settings.PUBLIC_URL = "https://frames.example.com"
    assert reset_link(alice.email).startswith("https://frames.example.com/password/reset/")


def test_the_mail_speaks_the_persons_language(alice: User) -> None:
    User.objects.update(language="pt-br")
    services.request_reset(email=alice.email, site="http://testserver", at=timezone.now())
    services.send_reset_links()
    assert "1 hora" in mail.outbox[0].body


def test_a_link_dies_with_the_next_log_in(alice: User) -> None:
    link = reset_link(alice.email)
    User.objects.update(last_login=timezone.now() + timedelta(seconds=1))
    client, _ = opened(link)
    assert "This link does not work any more." in client.get(link).content.decode()


def test_a_link_that_could_not_be_sent_is_sent_later_and_keeps_no_other_back(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = register_user(email="bea@example.com", password=PASSWORD, at=timezone.now())
    for email in (alice.email, bea.email):
        services.request_reset(email=email, site="http://testserver", at=timezone.now())
    send = mail.EmailMessage.send

    def away(self: mail.EmailMessage) -> int:
        raise OSError("the mail server is away")

    def refuse(self: mail.EmailMessage) -> int:
        if self.to == [alice.email]:
            raise SMTPRecipientsRefused({})
        return int(send(self))

    monkeypatch.setattr(mail.EmailMessage, "send", away)
    with pytest.raises(OSError, match="away"):
        services.send_reset_links()
    assert ResetWish.objects.count() == 2
    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert services.send_reset_links() == 1
    assert [each.to for each in mail.outbox] == [[bea.email]]
    assert not ResetWish.objects.exists()
