"""One's own account."""

import pytest
from django.test import Client
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.auth.models import User
from apps.auth.services import TokenPair
from frameflow.bus.models import OutboxMessage
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"])
ME = "/api/v1/auth/me/"
CHANGE = "/api/v1/auth/password/change/"
REFRESH = "/api/v1/auth/token/refresh/"
NEXT = "quiet-River-1977"


def test_a_stranger_to_the_house_has_no_account_page(api: APIClient) -> None:
    answer = api.get(ME)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_one_sees_and_changes_what_is_ones_own(alice_api: APIClient, alice: User) -> None:
    wish = {"name": "Alice", "language": "pt-br", "wants_notices": True}

    answer = alice_api.patch(ME, {**wish, "is_staff": True, "email": "x@example.com"})

    assert answer.status_code == 200
    seen = alice_api.get(ME).json()
    assert {name: seen[name] for name in wish} == wish
    assert (seen["is_staff"], seen["email"]) == (False, "alice@example.com")


def test_a_change_of_one_field_leaves_the_others(alice_api: APIClient) -> None:
    alice_api.patch(ME, {"name": "Alice", "wants_notices": True})
    alice_api.patch(ME, {"wants_notices": False})

    seen = alice_api.get(ME).json()

    assert (seen["name"], seen["wants_notices"]) == ("Alice", False)


def test_an_unknown_language_is_refused(alice_api: APIClient) -> None:
    answer = alice_api.patch(ME, {"language": "tlh"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "language"


def test_a_new_password_ends_every_token_and_session(
    api: APIClient, alice: User, alice_api: APIClient, tokens: TokenPair
) -> None:
    browser = Client()
    assert browser.login(username=alice.email, password=PASSWORD)

    answer = alice_api.post(CHANGE, {"current_password": PASSWORD, "new_password": NEXT})

    assert answer.status_code == 204
    assert not OutstandingToken.objects.filter(blacklistedtoken=None).exists()
    assert alice_api.get(ME).status_code == 401
    assert api.post(REFRESH, {"refresh": tokens.refresh}).status_code == 401
    assert browser.get(ME).status_code == 401
    old = {"email": alice.email, "password": PASSWORD}
    assert api.post("/api/v1/auth/token/", old).status_code == 401
    assert api.post("/api/v1/auth/token/", {**old, "password": NEXT}).status_code == 200


def test_the_present_password_is_asked_and_the_next_is_judged(
    alice_api: APIClient, alice: User
) -> None:
    wrong = alice_api.post(CHANGE, {"current_password": "wrong", "new_password": NEXT})
    weak = alice_api.post(CHANGE, {"current_password": PASSWORD, "new_password": "12345678"})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    assert (weak.status_code, weak.json()["errors"][0]["path"]) == (422, "new_password")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_closing_the_account_asks_for_the_password(alice_api: APIClient, alice: User) -> None:
    answer = alice_api.delete(ME, {"password": "wrong"})

    assert answer.status_code == 422
    alice.refresh_from_db()
    assert alice.is_active
    assert not OutboxMessage.objects.using("auth").exists()


def test_closing_the_account_forgets_the_person_and_tells_the_others(
    api: APIClient, alice_api: APIClient, alice: User, tokens: TokenPair
) -> None:
    assert alice_api.delete(ME, {"password": PASSWORD}).status_code == 204

    alice.refresh_from_db()
    assert "alice" not in alice.email
    assert (alice.is_active, alice.name) == (False, "")
    assert alice.deleted_at is not None
    assert alice_api.get(ME).status_code == 401
    assert not OutstandingToken.objects.filter(blacklistedtoken=None).exists()
    assert api.post(REFRESH, {"refresh": tokens.refresh}).status_code == 401
    [message] = OutboxMessage.objects.using("auth")
    assert message.type == "USER_DELETED"
    assert message.payload["user_id"] == str(alice.pk)
    assert [each.consumer for each in message.deliveries.all()] == ["upload"]
    assert "alice" not in str(message.payload)


def test_after_closing_the_address_is_free_again(
    api: APIClient, alice_api: APIClient, alice: User
) -> None:
    alice_api.delete(ME, {"password": PASSWORD})

    wish = {"email": "alice@example.com", "password": PASSWORD}

    assert api.post("/api/v1/auth/register/", wish).status_code == 201


def test_a_person_uses_the_api_in_the_browser(client: Client, alice: User) -> None:
    door = client.get(f"/api-auth/login/?next={ME}").headers["Location"]
    assert door == f"/login/?next={ME}"
    seen = client.post(
        door,
        {"username": "ALICE@example.com", "password": PASSWORD, "next": ME},
        follow=True,
        headers={"accept": "text/html"},
    )

    assert seen.status_code == 200
    assert seen["Content-Type"].startswith("text/html")
    assert "alice@example.com" in seen.text
    assert client.get("/api/v1/auth/register/", headers={"accept": "text/html"}).status_code == 405


def test_a_session_changes_nothing_without_the_csrf_token(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    answer = browser.patch(ME, {"name": "Mallory"}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    alice.refresh_from_db()
    assert alice.name == ""
