"""Another e-mail address: asked for with the password, changed by whoever reads the mail there."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.auth import services
from apps.auth.models import EmailWish, User
from apps.auth.services import register_user
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

NEXT = "alice@new.example.com"


@pytest.fixture
def page(alice: User) -> Client:
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client


def asked(page: Client, email: str = NEXT) -> str:
    """Ask for an address; return what the page then says."""
    typed = {"email": email, "password": PASSWORD}
    return page.post("/settings/email/", typed, follow=True).content.decode()


def link_to(email: str = NEXT) -> str:
    """Return the path in the mail that went to an address."""
    services.send_email_links()
    body = next(each.body for each in reversed(mail.outbox) if each.to == [email])
    found = re.search(r"http://testserver(\S+)", str(body))
    assert found
    return found[1]


def email_of(user: User) -> str:
    user.refresh_from_db()
    return user.email


def test_the_link_of_the_mail_changes_the_address_and_nothing_before_it_does(
    page: Client, alice: User
) -> None:
    said = asked(page)
    assert f"We sent a link to {NEXT}." in said
    assert f"your email stays {alice.email}" in said
    link = link_to()
    visitor = Client()
    assert NEXT in visitor.get(link).content.decode()
    assert email_of(alice) == "alice@example.com"
    answer = visitor.post(link, follow=True)
    assert f"Your email is {NEXT} now." in answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith("/login/")  # the link lets nobody in
    assert email_of(alice) == NEXT
    assert page.get("/settings/").status_code == 200
    came_in = Client().post("/login/", {"username": NEXT, "password": PASSWORD})
    assert came_in.status_code == 302


def test_the_present_address_is_told_and_can_stop_it(page: Client, alice: User) -> None:
    asked(page)
    link = link_to()
    told = next(each for each in mail.outbox if each.to == [alice.email])
    assert NEXT in str(told.body)
    assert "http" not in str(told.body)
    services.change_password(
        user_id=alice.pk, current_password=PASSWORD, new_password="pear-Meadow-77"
    )
    assert Client().post(link).status_code == 422
    assert email_of(alice) == "alice@example.com"


def test_a_link_works_once_and_a_later_wish_ends_it(page: Client, alice: User) -> None:
    asked(page, "typo@example.org")
    first = link_to("typo@example.org")
    asked(page)
    link = link_to()
    assert "does not work any more" in Client().get(first).content.decode()
    assert Client().post(first).status_code == 422
    assert [Client().post(link).status_code for _ in range(2)] == [302, 422]
    assert email_of(alice) == NEXT


def test_a_wish_can_be_taken_back(page: Client, alice: User) -> None:
    asked(page)
    link = link_to()
    answer = page.post("/settings/email/forget/", follow=True)
    assert "Your email stays alice@example.com." in answer.content.decode()
    assert Client().post(link).status_code == 422
    assert "We sent a link" not in page.get("/settings/email/").content.decode()


def test_a_link_works_for_an_hour(page: Client, alice: User) -> None:
    asked(page)
    link = link_to()
    EmailWish.objects.update(asked_at=timezone.now() - timedelta(minutes=61))
    assert Client().post(link).status_code == 422
    assert "We sent a link" not in page.get("/settings/email/").content.decode()
    services.purge_email_wishes(at=timezone.now())
    assert not EmailWish.objects.exists()


def test_the_answer_is_the_same_for_an_address_that_has_an_account(
    page: Client, alice: User
) -> None:
    bea = register_user(email="bea@example.com", password=PASSWORD, at=timezone.now())

    def said(email: str) -> str:
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", asked(page, email))
        return html.replace(email, "EMAIL")

    assert said(bea.email) == said("nobody@example.com")
    asked(page, bea.email.upper())
    assert services.send_email_links() == 2
    mails = {each.to[0].lower(): str(each.body) for each in mail.outbox}
    assert set(mails) == {bea.email, alice.email}
    assert "It has an account already." in mails[bea.email]
    assert "http" not in mails[bea.email]


def test_an_address_that_somebody_took_meanwhile_stays_theirs(page: Client, alice: User) -> None:
    asked(page)
    link = link_to()
    register_user(email=NEXT.upper(), password=PASSWORD, at=timezone.now())
    assert Client().post(link).status_code == 422
    assert email_of(alice) == "alice@example.com"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": NEXT, "password": "wrong"}, "password"),
        ({"email": "nobody", "password": PASSWORD}, "email"),
        ({"email": "ALICE@example.com", "password": PASSWORD}, "email"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    page: Client, typed: dict[str, str], field: str
) -> None:
    answer = page.post("/settings/email/", typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not EmailWish.objects.exists()


def test_whoever_guesses_the_password_here_is_stopped(page: Client) -> None:
    typed = {"email": NEXT, "password": "guess"}
    answers = [page.post("/settings/email/", typed).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_closed_account_keeps_no_wish_and_its_link_opens_nothing(
    page: Client, alice: User
) -> None:
    asked(page)
    link = link_to()
    services.delete_user(user_id=alice.pk, password=PASSWORD, at=timezone.now())
    assert Client().post(link).status_code == 422
    assert not EmailWish.objects.exists()


def test_an_old_reset_link_dies_with_the_address(page: Client, alice: User) -> None:
    services.request_reset(email=alice.email, site="http://testserver", at=timezone.now())
    services.send_reset_links()
    reset = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    asked(page)
    Client().post(link_to())
    assert reset
    assert "does not work any more" in Client().get(reset[1], follow=True).content.decode()


def test_mails_speak_the_persons_language_and_a_strange_host_is_not_planted(
    page: Client, alice: User, settings: Settings
) -> None:
    User.objects.update(language="pt-br")
    typed = {"email": NEXT, "password": PASSWORD}
    assert page.post("/settings/email/", typed, headers={"Host": "evil.example"}).status_code == 400
    settings.PUBLIC_URL = "https://frames.example.com"
    asked(page)
    services.send_email_links()
    bodies = [str(each.body) for each in mail.outbox]
    assert "https://frames.example.com/email/" in bodies[0]
    assert "1 hora" in bodies[0]
    assert "sua senha" in bodies[1]


def test_mails_wait_for_the_server_and_a_refused_address_keeps_no_other_back(
    page: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(page)
    send = mail.EmailMessage.send

    def away(self: mail.EmailMessage) -> int:
        raise OSError("the mail server is away")

    def refuse(self: mail.EmailMessage) -> int:
        if self.to == [NEXT]:
            raise SMTPRecipientsRefused({})
        return int(send(self))

    monkeypatch.setattr(mail.EmailMessage, "send", away)
    with pytest.raises(OSError, match="away"):
        services.send_email_links()
    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert services.send_email_links() == 1
    assert [each.to for each in mail.outbox] == [[alice.email]]
    assert services.send_email_links() == 0
