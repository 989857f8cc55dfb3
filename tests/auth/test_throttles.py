"""How often somebody may try at the doors, on the pages and in the API, which count together."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django import Settings
from rest_framework.test import APIClient, APIRequestFactory

from apps.auth.models import ResetWish, User
from frameflow.api.asking import OWN
from frameflow.api.throttling import ASK_AGAIN_AFTER_S, PerAddress, Tries
from frameflow.settings import base
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

TOKEN = "/api/v1/auth/token/"
ME = "/api/v1/auth/me/"
WRONG = "guessed"
HERE, THERE = "192.0.2.7", "198.51.100.9"


def at_page(email: str, password: str = WRONG, address: str = HERE) -> Any:
    return Client(REMOTE_ADDR=address).post("/login/", {"username": email, "password": password})


def at_api(email: str, password: str = WRONG, address: str = HERE) -> Any:
    typed = {"email": email, "password": password}
    return APIClient(REMOTE_ADDR=address).post(TOKEN, typed)


def with_rates(settings: Settings, **rates: str) -> None:
    """Give some scopes another rate; `_` stands for a dash."""
    named = {scope.replace("_", "-"): rate for scope, rate in rates.items()}
    framework = settings.REST_FRAMEWORK
    all_rates = {**framework["DEFAULT_THROTTLE_RATES"], **named}
    settings.REST_FRAMEWORK = {**framework, "DEFAULT_THROTTLE_RATES": all_rates}


def test_after_five_tries_the_page_asks_to_wait_and_the_right_password_does_not_help(
    alice: User,
) -> None:
    assert [at_page(alice.email).status_code for _ in range(5)] == [422] * 5
    answer = at_page(alice.email, PASSWORD)
    html = answer.content.decode()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert 'role="alert">Too many tries. Wait 1 minute.' in html
    assert f'value="{alice.email}"' in html
    assert PASSWORD not in html
    assert "sessionid" not in answer.cookies
    with patch.object(MD5PasswordHasher, "encode", side_effect=AssertionError):
        assert at_page(alice.email, PASSWORD).status_code == 429  # without a look at the password


def test_the_api_says_the_same_as_a_problem(alice: User) -> None:
    for _ in range(5):
        assert at_api(alice.email).status_code == 401
    answer = at_api(alice.email, PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "rate"
    assert answer.json()["retryable"] is True
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_page_and_api_count_together_whatever_the_case_of_the_address(alice: User) -> None:
    for _ in range(3):
        at_page(alice.email)
    for _ in range(2):
        at_api(f" {alice.email.upper()} ")
    assert at_page(alice.email).status_code == 429
    assert at_api(alice.email).status_code == 429


def test_a_guesser_does_not_lock_the_owner_out_elsewhere(alice: User) -> None:
    for _ in range(9):
        at_page(alice.email)
    assert at_page(alice.email, PASSWORD, address=THERE).status_code == 302
    assert at_api(alice.email, PASSWORD, address=THERE).status_code == 200
    assert at_api("somebody@example.com").status_code == 401  # others here may go on


def test_an_address_that_tries_many_accounts_is_stopped(alice: User, settings: Settings) -> None:
    with_rates(settings, log_in="7/min")
    answers = [at_api(f"nobody-{n}@example.com").status_code for n in range(8)]
    assert answers == [401] * 7 + [429]
    assert at_page(alice.email, PASSWORD).status_code == 429
    assert at_page(alice.email, PASSWORD, address=THERE).status_code == 302


def test_who_comes_in_begins_anew(alice: User) -> None:
    for _ in range(3):
        for _ in range(4):
            at_page(alice.email)
        assert at_page(alice.email, PASSWORD).status_code == 302
    for _ in range(7):
        assert at_api(alice.email, PASSWORD).status_code == 200


def test_another_address_typed_beside_hides_no_account(alice: User) -> None:
    def beside(number: int, username: str, password: str) -> Any:
        typed = {"email": f"{number}@example.com", "username": username, "password": password}
        return Client(REMOTE_ADDR=HERE).post("/login/", typed)

    for number in range(5):
        beside(number, alice.email, WRONG)
    assert beside(6, alice.email, PASSWORD).status_code == 429


def test_who_comes_in_forgets_the_tries_about_nobody_else(alice: User, stranger: User) -> None:
    for _ in range(5):
        at_page(alice.email)
    stranger.set_password(PASSWORD)
    stranger.save()
    typed = {"email": alice.email, "username": stranger.email, "password": PASSWORD}
    assert Client(REMOTE_ADDR=HERE).post("/login/", typed).status_code == 302
    assert at_page(alice.email, PASSWORD).status_code == 429


def test_the_wait_ends_with_the_window(alice: User) -> None:
    for _ in range(6):
        answer = at_api(alice.email)
    assert answer.status_code == 429
    with patch("frameflow.api.throttling.time.time", lambda: 4_000_000_000.0):
        assert at_api(alice.email, PASSWORD).status_code == 200


def test_sign_up_and_reset_are_doors_too(settings: Settings) -> None:
    with_rates(settings, sign_up="2/hour", reset="2/hour")

    def asked(address: str, **typed: str) -> HttpResponse:
        return Client(REMOTE_ADDR=HERE).post(address, typed)

    for address in ("/signup/", "/password/reset/"):
        assert [asked(address, email="x").status_code for _ in range(3)] == [422, 422, 429]
        later = asked(address, email="x").content.decode()
        assert "Too many tries. Wait " in later
    assert APIClient(REMOTE_ADDR=HERE).post("/api/v1/auth/register/", {}).status_code == 429


def test_no_other_door_takes_a_password(alice: User) -> None:
    typed = {"username": alice.email, "password": PASSWORD}
    for address in ("/api-auth/login/", "/admin/login/"):
        page = Client()
        assert page.post(address, typed).headers["Location"].startswith("/login/")
        assert "_auth_user_id" not in page.session


def test_nobody_is_sent_more_than_five_links_an_hour(alice: User) -> None:
    for _ in range(8):
        Client().post("/password/reset/", {"email": alice.email})
    assert ResetWish.objects.count() == 5


def test_a_stolen_session_cannot_be_used_to_guess_the_password(
    alice: User, alice_api: APIClient
) -> None:
    page = Client()
    page.force_login(alice)
    for _ in range(3):
        wrong = {"current_password": "guess", "new_password": "pear-Meadow-77", "email": "x@y.zz"}
        assert page.post("/password/change/", wrong).status_code == 422
    for _ in range(2):
        assert alice_api.delete(ME, {"password": "guess"}).status_code == 422
    assert page.post("/settings/close/", {"password": PASSWORD}).status_code == 429
    assert alice_api.delete(ME, {"password": PASSWORD}).status_code == 429
    assert alice_api.get(ME).status_code == 200
    alice.refresh_from_db()
    assert alice.is_active


def test_everybody_has_a_limit_of_their_own(
    alice: User, alice_api: APIClient, settings: Settings
) -> None:
    with_rates(settings, user="3/min", anon="2/min")
    assert [alice_api.get(ME).status_code for _ in range(4)] == [200, 200, 200, 429]
    visitor = APIClient(REMOTE_ADDR=THERE)
    assert [visitor.get("/api/v1/").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.1", "192.0.2.7"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.1", "203.0.113.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.1", "203.0.113.1"),
        (1, "what's this", "what's this"),
    ],
)
def test_an_address_is_believed_from_trusted_proxies_alone(
    settings: Settings, proxies: int, forwarded: str, found: str
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    request = APIRequestFactory().get("/", REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=forwarded)
    assert PerAddress().get_ident(request) == found


def test_a_made_up_address_does_not_begin_anew(alice: User) -> None:
    def guess(number: int) -> int:
        client = APIClient(REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        typed = {"email": alice.email, "password": "wrong"}
        return int(client.post(TOKEN, typed).status_code)

    assert [guess(number) for number in range(6)] == [401] * 5 + [429]


@pytest.fixture(params=["tests", "product"])
def each_cache(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The cache of the other tests, and that of the product."""
    if request.param == "product":
        settings.CACHES = {"default": base.CACHES["default"]}
    cache.delete("one")


@pytest.mark.usefixtures("each_cache")
def test_tries_made_side_by_side_are_all_counted() -> None:
    counter = Tries()
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: counter.count("one", 60)[0], range(200)))
    assert sorted(counts) == list(range(1, 201))


@pytest.mark.usefixtures("each_cache")
def test_a_count_without_an_end_does_not_lock_for_ever() -> None:
    cache.set("one", 7, None)  # what a key becomes that expires while it is raised
    assert Tries().count("one", 60) == (1, 60)
    assert Tries().count("one", 60)[0] == 2


def test_no_address_and_no_account_lies_in_the_cache(alice: User) -> None:
    seen: list[str] = []
    real = BaseCache.make_and_validate_key

    def noted(self: BaseCache, key: str, **more: Any) -> str:
        seen.append(key)
        return real(self, key, **more)

    with patch.object(BaseCache, "make_and_validate_key", noted):
        at_page(alice.email)
    assert seen
    assert not [key for key in seen if "alice" in key or HERE in key]


AWAY = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}


def test_without_redis_everybody_is_let_through_and_it_is_said_once(
    alice: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frameflow.api.throttling.tries", Tries())
    with override_settings(CACHES=AWAY), caplog.at_level(logging.WARNING):
        assert {at_page(alice.email).status_code for _ in range(7)} == {422}
        assert at_api(alice.email, PASSWORD).status_code == 200
        assert at_page(alice.email, PASSWORD).status_code == 302
    assert [each.message for each in caplog.records if "throttle" in each.message] == [
        "throttle.away"
    ]


def test_redis_is_asked_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    counter = Tries()
    clock = [100.0]
    with patch("frameflow.api.throttling.time.monotonic", lambda: clock[0]):
        with override_settings(CACHES=AWAY):
            for _ in range(3):
                assert counter.count("one", 60) == (0, 0)
                clock[0] += ASK_AGAIN_AFTER_S
        assert [each.message for each in caplog.records] == ["throttle.away"]
        counter.away_until = clock[0] + 1
        assert counter.count("one", 60) == (0, 0)
        clock[0] += 1
        assert counter.count("one", 60)[0] == 1


def test_what_a_stream_asks_of_ourselves_is_not_held_against_the_person(
    alice: User, settings: Settings
) -> None:
    with_rates(settings, user="2/min")
    client = APIClient()
    client.force_login(alice)
    own = {"asgi.scope": {"extensions": {OWN: {}}}}
    assert [client.get(ME, **own).status_code for _ in range(5)] == [200] * 5
    assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 429]
