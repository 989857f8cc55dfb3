"""Keys for programs: shown once, bound by scope and date, ended at once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from apps.auth import services
from apps.auth.models import ApiToken, User
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

TOKENS = "/api/v1/auth/tokens/"
UNSAFE = ("post", "put", "patch", "delete")


def program(key: str) -> APIClient:
    """Return a client that shows a key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


@pytest.fixture
def make(alice: User) -> Any:
    """Make a token of alice's and return its key."""

    def made(*, can_write: bool = False, expires_at: Any = None) -> str:
        return services.make_api_token(
            user=alice, name="backup", can_write=can_write, expires_at=expires_at
        ).key

    return made


def api_routes(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """Yield an address for every route of the API."""
    for each in patterns or get_resolver().url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from api_routes(each.url_patterns, route)
        elif isinstance(each, URLPattern) and route.startswith("/api/v1/"):
            known = {"uuid:pk": uuid4(), "uuid:video_id": uuid4(), "uuid:token_id": uuid4()}
            known |= {"uuid:share_id": uuid4()}
            for name, value in {**known, "int:index": 1}.items():
                route = route.replace(f"<{name}>", str(value))
            yield route


def test_a_token_is_shown_once_and_only_its_digest_is_kept(alice_api: APIClient) -> None:
    wish = {"name": "backup", "scopes": ["read", "write"], "expires_at": None}
    made = alice_api.post(TOKENS, wish).json()
    assert made["key"].startswith(made["prefix"])
    assert made["scopes"] == ["read", "write"]
    [listed] = alice_api.get(TOKENS).json()
    assert "key" not in listed
    kept = ApiToken.objects.values().get()
    assert made["key"] not in map(str, kept.values())


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["admin"]}, "scopes"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
def test_a_wish_that_is_wrong_names_its_field(
    alice_api: APIClient, wish: dict[str, Any], path: str
) -> None:
    answer = alice_api.post(TOKENS, wish)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith(path)
    assert not ApiToken.objects.exists()


def test_a_program_is_its_person(alice: User, make: Any) -> None:
    assert program(make()).get("/api/v1/auth/me/").json()["id"] == str(alice.pk)
    assert program(make()).get("/api/v1/videos/").status_code == 200


def test_a_reading_token_changes_nothing_at_any_address_of_the_api(make: Any) -> None:
    reader, routes = program(make()), list(api_routes())
    assert len(routes) > 20
    for route in routes:
        for method in UNSAFE:
            answer = getattr(reader, method)(route, {}, format="json")
            assert answer.status_code in {403, 401, 405} or _is_public(route), (method, route)


def _is_public(route: str) -> bool:
    """Where nobody needs to be known, a header says nothing."""
    return route.startswith("/api/v1/auth/") and "/me/" not in route


def test_a_writing_token_may_change_videos(make: Any) -> None:
    writer = program(make(can_write=True))
    assert writer.delete(f"/api/v1/videos/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", TOKENS),
        ("post", TOKENS),
        ("delete", f"{TOKENS}{UUID(int=1)}/"),
        ("post", "/api/v1/auth/password/change/"),
    ],
)
def test_no_token_reaches_passwords_or_other_tokens(make: Any, method: str, address: str) -> None:
    answer = getattr(program(make(can_write=True)), method)(address, {}, format="json")
    assert answer.status_code == 401


def test_no_token_closes_the_account(alice: User, make: Any) -> None:
    answer = program(make(can_write=True)).delete("/api/v1/auth/me/", {"password": PASSWORD})
    assert answer.status_code == 403
    assert User.objects.get(pk=alice.pk).is_active


@pytest.mark.parametrize("key", ["", "ff_" + "x" * 43, "Bearer", "é", "a b"])
def test_a_key_that_nobody_has_is_refused(make: Any, key: str) -> None:
    make()
    answer = program(key).get("/api/v1/videos/")
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_not_valid"


def test_a_token_ends_on_its_day(make: Any) -> None:
    key = make(expires_at=timezone.now() + timedelta(hours=1))
    assert program(key).get("/api/v1/videos/").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now())
    assert program(key).get("/api/v1/videos/").status_code == 401


def test_a_revoked_token_ends_at_once(alice_api: APIClient, make: Any) -> None:
    key = make()
    token = ApiToken.objects.get()
    assert alice_api.delete(f"{TOKENS}{token.pk}/").status_code == 204
    assert alice_api.delete(f"{TOKENS}{token.pk}/").status_code == 404
    assert program(key).get("/api/v1/videos/").status_code == 401


def test_a_stranger_cannot_see_or_revoke_it(stranger: User, make: Any) -> None:
    make()
    client = APIClient()
    client.force_authenticate(stranger)
    assert client.get(TOKENS).json() == []
    assert client.delete(f"{TOKENS}{ApiToken.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("end", ["password", "close", "shut"])
def test_tokens_end_with_the_password_and_with_the_account(
    alice: User, make: Any, end: str
) -> None:
    key = make(can_write=True)
    if end == "password":
        services.change_password(
            user_id=alice.pk, current_password=PASSWORD, new_password="pear-Meadow-77"
        )
    elif end == "close":
        services.delete_user(user_id=alice.pk, password=PASSWORD, at=timezone.now())
    else:
        User.objects.update(is_active=False)
    assert program(key).get("/api/v1/videos/").status_code == 401


def test_the_last_use_is_noted_once_a_minute(make: Any) -> None:
    client = program(make())
    client.get("/api/v1/videos/")
    first = ApiToken.objects.get().last_used_at
    client.get("/api/v1/videos/")
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get("/api/v1/videos/")
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    assert used > first - timedelta(minutes=1)


def test_an_account_has_at_most_fifty(alice_api: APIClient, make: Any) -> None:
    for _ in range(50):
        make()
    answer = alice_api.post(TOKENS, {"name": "one more", "scopes": ["read"]})
    assert answer.status_code == 409


def test_the_page_makes_shows_once_and_revokes(alice: User) -> None:
    page = Client()
    page.force_login(alice)
    answer = page.post("/settings/tokens/", {"name": "backup", "expires_on": "2099-12-31"})
    assert answer.status_code == 201
    html = answer.content.decode()
    token = ApiToken.objects.get()
    key = html[html.index(token.prefix) :][:46]
    assert program(key).get("/api/v1/videos/").status_code == 200
    assert not token.can_write
    assert key not in page.get("/settings/tokens/").content.decode()
    assert str(token.expires_at).startswith("2100-01-01")
    page.post(f"/settings/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("wish", [{"name": ""}, {"name": "x", "expires_on": "2020-01-01"}])
def test_the_page_says_what_is_wrong(alice: User, wish: dict[str, str]) -> None:
    page = Client()
    page.force_login(alice)
    assert page.post("/settings/tokens/", wish).status_code == 422


def test_the_last_day_of_the_calendar_is_no_end(alice: User) -> None:
    page = Client()
    page.force_login(alice)
    wish = {"name": "backup", "expires_on": "9999-12-31"}
    assert page.post("/settings/tokens/", wish).status_code == 201
    assert ApiToken.objects.get().expires_at is None


def test_a_stranger_cannot_revoke_by_page(stranger: User, make: Any) -> None:
    make()
    page = Client()
    page.force_login(stranger)
    token = ApiToken.objects.get()
    assert page.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404


def test_a_forgotten_password_is_replaced_through_the_api(
    alice: User, api: APIClient, mailoutbox: list[Any]
) -> None:
    for email in (alice.email, "nobody@example.com"):
        answer = api.post("/api/v1/auth/password/reset/", {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
    services.send_reset_links()
    [mail] = mailoutbox
    uid, token = mail.body.split("/password/reset/")[1].split("/")[:2]
    wish = {"uid": uid, "token": token, "new_password": "pear-Meadow-77"}
    confirm = "/api/v1/auth/password/reset/confirm/"
    weak = api.post(confirm, {**wish, "new_password": "12345678"})
    assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
    assert api.post(confirm, wish).status_code == 204
    again = api.post(confirm, wish)
    assert (again.status_code, again.json()["code"]) == (422, "link_not_valid")
    alice.refresh_from_db()
    assert alice.check_password("pear-Meadow-77")


@pytest.mark.parametrize("uid", ["x", "MQ", "é", "AAAA" * 10])
def test_a_link_that_nobody_sent_is_refused(api: APIClient, db: None, uid: str) -> None:
    wish = {"uid": uid, "token": "a-b", "new_password": "pear-Meadow-77"}
    answer = api.post("/api/v1/auth/password/reset/confirm/", wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "link_not_valid")
