"""Many at once, each with its own connection."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from apps.auth.exceptions import EmailTaken, TokenRefused
from apps.auth.models import ApiToken, User
from apps.auth.services import TokenPair, log_in, log_out, register_user, rotate_token
from apps.auth.services.accounts import set_password
from apps.auth.services.resets import link_for
from frameflow.bus import unit_of_work
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"], transaction=True)
PEOPLE = 8


def all_at_once(work: Callable[[], object]) -> list[object]:
    """Run the work in eight threads that start together; return results and refusals."""
    start = Barrier(PEOPLE)

    def run() -> object:
        try:
            start.wait(timeout=10)
            return work()
        except (TokenRefused, EmailTaken) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(PEOPLE)]]


@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.long)])
def test_of_eight_parallel_refreshes_exactly_one_succeeds(alice: User, rounds: int) -> None:
    for _ in range(rounds):
        tokens = log_in(email=alice.email, password=PASSWORD)
        outcomes = all_at_once(partial(rotate_token, refresh=tokens.refresh))
        born = [each for each in outcomes if isinstance(each, TokenPair)]

        assert len(born) == 1
        assert sum(isinstance(each, TokenRefused) for each in outcomes) == PEOPLE - 1
        with pytest.raises(TokenRefused):  # seven have used it again: the family is at an end
            rotate_token(refresh=born[0].refresh)


def wait_until_somebody_waits_for_a_lock(people: int = 1) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connections["auth"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= people:
                return
    pytest.fail("nobody waits")


def test_no_token_survives_a_log_out_that_meets_a_refresh(tokens: TokenPair) -> None:
    def leave() -> None:
        try:
            log_out(refresh=tokens.refresh)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work("auth"):
            born_meanwhile = rotate_token(refresh=tokens.refresh)
            left = pool.submit(leave)
            wait_until_somebody_waits_for_a_lock()
        left.result(timeout=10)

    with pytest.raises(TokenRefused):
        rotate_token(refresh=born_meanwhile.refresh)


def test_of_eight_parallel_sign_ups_with_one_address_exactly_one_succeeds() -> None:
    def sign_up() -> User:
        return register_user(email="bob@example.com", password=PASSWORD, at=timezone.now())

    outcomes = all_at_once(sign_up)

    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1
    assert User.objects.count() == 1


def answer_of(ask: Callable[[], Any]) -> int:
    """Ask in a thread of its own, and leave no connection behind."""
    try:
        return int(ask().status_code)
    finally:
        connections.close_all()


def test_of_two_who_open_one_link_at_once_only_one_sets_a_password(alice: User) -> None:
    *_rest, uid, token, _end = link_for(alice, "http://testserver").split("/")
    passwords = ["pear-Meadow-77", "quiet-River-1977"]

    def confirm(password: str) -> Any:
        wish = {"uid": uid, "token": token, "new_password": password}
        return APIClient().post("/api/v1/auth/password/reset/confirm/", wish)

    with ThreadPoolExecutor(2) as pool:
        with unit_of_work("auth"):
            User.objects.select_for_update().get(pk=alice.pk)
            asked = [pool.submit(answer_of, partial(confirm, each)) for each in passwords]
            wait_until_somebody_waits_for_a_lock(2)
        statuses = [each.result(timeout=20) for each in asked]

    assert sorted(statuses) == [204, 422]
    alice.refresh_from_db()
    assert alice.check_password(passwords[statuses.index(204)])


def test_no_api_token_is_born_while_the_password_changes(alice: User, tokens: TokenPair) -> None:
    thief = APIClient()
    thief.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
    wish = {"name": "mine", "scopes": ["read", "write"]}

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work("auth"):
            User.objects.select_for_update().get(pk=alice.pk)
            asked = pool.submit(answer_of, lambda: thief.post("/api/v1/auth/tokens/", wish))
            wait_until_somebody_waits_for_a_lock()
            set_password(user_id=alice.pk, new_password="pear-Meadow-77")
        status = asked.result(timeout=20)

    assert status == 401
    assert not ApiToken.objects.exists()
