"""One's own account: profile, language, and its end."""

from datetime import UTC, datetime

import pytest
from django.core.mail import get_connection
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import ApiToken, Notice, User
from apps.auth.services.mail import compose
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


def test_pages_and_mails_tell_the_time_of_the_readers_place(page: Client, alice: User) -> None:
    moment = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)  # still the day before in Brazil
    ApiToken.objects.create(user=alice, name="t", prefix="ff_1", digest="d", expires_at=moment)
    assert "03/01/2026" in page.get("/settings/tokens/").content.decode()
    typed = {"name": "", "language": "en", "time_zone": "America/Recife"}
    assert page.post("/settings/", typed).status_code == 302
    assert "02/28/2026" in page.get("/settings/tokens/").content.decode()
    again = Client()
    again.post("/login/", {"username": alice.email, "password": PASSWORD})
    assert "02/28/2026" in again.get("/settings/tokens/").content.decode()
    again.cookies["time_zone"] = "Nowhere:At_all"
    assert "03/01/2026" in again.get("/settings/tokens/").content.decode()
    alice.refresh_from_db()
    warning = Notice(kind="expiry", expires_at=moment, video_id=alice.pk)
    assert "Feb. 28, 2026" in str(compose(warning, alice, get_connection()).subject)


def test_time_zones_stand_under_their_regions(page: Client) -> None:
    html = page.get("/settings/").content.decode()
    america = html.partition('<optgroup label="America">')[2].partition("</optgroup>")[0]
    assert '<option value="America/Recife">Recife</option>' in america
    assert "Argentina, Buenos Aires" in america
    assert "Lisbon" not in america
    assert "Brazil/East" not in html


def test_a_time_zone_that_is_none_is_refused(page: Client, alice_api: APIClient) -> None:
    typed = {"language": "en", "time_zone": "Mars/Crater"}
    assert page.post("/settings/", typed).status_code == 422
    assert alice_api.patch("/api/v1/auth/me/", typed).status_code == 422
    typed["time_zone"] = "Asia/Tokyo"
    assert alice_api.patch("/api/v1/auth/me/", typed).json()["time_zone"] == "Asia/Tokyo"


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
