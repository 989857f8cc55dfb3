"""One's own account: profile, language, and its end."""

import pytest
from django.test import Client

from apps.auth.models import User
from frameflow.bus.models import OutboxMessage
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database


@pytest.fixture
def page(alice: User) -> Client:
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client


def test_the_profile_is_shown_and_changed_in_the_new_language(page: Client, alice: User) -> None:
    assert alice.email in page.get("/settings/").content.decode()
    typed = {"name": "Alice", "language": "pt-br", "wants_notices": "on"}
    answer = page.post("/settings/", typed, follow=True)
    assert '<html lang="pt-br">' in answer.content.decode()
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.wants_notices) == ("Alice", "pt-br", True)


def test_an_unticked_box_turns_the_mails_off(page: Client, alice: User) -> None:
    User.objects.update(wants_notices=True)
    page.post("/settings/", {"name": "", "language": "en"})
    alice.refresh_from_db()
    assert not alice.wants_notices


def test_a_language_that_we_do_not_speak_is_refused(page: Client) -> None:
    assert page.post("/settings/", {"language": "xx"}).status_code == 422


def test_an_account_is_closed_with_its_password_alone(page: Client, alice: User) -> None:
    refused = page.post("/settings/close/", {"password": "wrong"})
    assert refused.status_code == 422
    assert 'id="id_password_error"' in refused.content.decode()
    answer = page.post("/settings/close/", {"password": PASSWORD}, follow=True)
    assert "Your account is closed" in answer.content.decode()
    alice.refresh_from_db()
    assert not alice.is_active
    assert OutboxMessage.objects.using("auth").filter(type="USER_DELETED").count() == 1
    assert page.get("/settings/").status_code == 302


@pytest.mark.parametrize("address", ["/settings/", "/settings/close/", "/password/change/"])
def test_a_visitor_is_asked_to_log_in(db: None, address: str) -> None:
    assert Client().get(address).headers["Location"] == f"/login/?next={address}"
