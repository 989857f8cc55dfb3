"""Logging in, refreshing, verifying, logging out."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as django_settings
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.auth.models import User
from apps.auth.services import TokenPair, log_in, purge_expired
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"])
TOKEN = "/api/v1/auth/token/"
REFRESH = "/api/v1/auth/token/refresh/"
VERIFY = "/api/v1/auth/token/verify/"
LOGOUT = "/api/v1/auth/logout/"
ME = "/api/v1/auth/me/"


def opens_the_door(access: str) -> bool:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client.get(ME).status_code == 200


def forged(access: str, *, algorithm: str = "ES256", key: str = "", **changes: Any) -> str:
    claims = {**jwt.decode(access, options={"verify_signature": False}), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    secret = key or django_settings.SIMPLE_JWT["SIGNING_KEY"]
    return jwt.encode(claims, secret, algorithm=algorithm)


def test_the_right_password_opens_the_door_for_ten_minutes(api: APIClient, alice: User) -> None:
    answer = api.post(TOKEN, {"email": "ALICE@example.com", "password": PASSWORD})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert opens_the_door(answer.json()["access"])
    claims = jwt.decode(answer.json()["access"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] <= 600


def test_unknown_account_closed_account_and_wrong_password_answer_alike(
    api: APIClient, alice: User
) -> None:
    User.objects.create_user("gone@example.com", PASSWORD, is_active=False)

    answers = [
        api.post(TOKEN, {"email": email, "password": password})
        for email, password in (
            ("alice@example.com", "not-the-password"),
            ("nobody@example.com", PASSWORD),
            ("gone@example.com", PASSWORD),
        )
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_credentials"
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="api"'


def test_an_unknown_account_takes_as_long_as_a_wrong_password(
    api: APIClient, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    User.objects.create_user("slow@example.com", PASSWORD)

    def fastest_s(email: str) -> float:
        def once() -> float:
            began = time.perf_counter()
            api.post(TOKEN, {"email": email, "password": "not-the-password"})
            return time.perf_counter() - began

        return min(once() for _ in range(5))

    known_s, unknown_s = fastest_s("slow@example.com"), fastest_s("nobody@example.com")

    assert 0.5 < known_s / unknown_s < 2


def test_a_refresh_token_works_once(api: APIClient, tokens: TokenPair) -> None:
    first = api.post(REFRESH, {"refresh": tokens.refresh})
    second = api.post(REFRESH, {"refresh": tokens.refresh})

    assert first.status_code == 200
    assert opens_the_door(first.json()["access"])
    assert (second.status_code, second.json()["code"]) == (401, "token_not_valid")


def test_a_token_used_again_ends_its_whole_family_and_no_other(
    api: APIClient, alice: User, tokens: TokenPair
) -> None:
    elsewhere = log_in(email=alice.email, password=PASSWORD)
    child = api.post(REFRESH, {"refresh": tokens.refresh}).json()["refresh"]
    grandchild = api.post(REFRESH, {"refresh": child}).json()["refresh"]

    api.post(REFRESH, {"refresh": tokens.refresh})

    assert api.post(REFRESH, {"refresh": grandchild}).status_code == 401
    assert api.post(REFRESH, {"refresh": elsewhere.refresh}).status_code == 200


def test_an_access_token_cannot_refresh_and_a_refresh_token_opens_nothing(
    api: APIClient, tokens: TokenPair
) -> None:
    assert api.post(REFRESH, {"refresh": tokens.access}).status_code == 401
    assert not opens_the_door(tokens.refresh)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "another-issuer"},
        {"iss": None},
        {"token_type": "refresh"},
        {"token_type": None},
        {"exp": datetime.now(UTC) - timedelta(seconds=1)},
        {"exp": None},
        {"jti": None},
    ],
    ids=["aud", "no-aud", "iss", "no-iss", "type", "no-type", "exp", "no-exp", "no-jti"],
)
def test_a_token_signed_by_us_is_refused_when_a_claim_is_wrong(
    tokens: TokenPair, changes: dict[str, Any]
) -> None:
    assert opens_the_door(forged(tokens.access))

    assert not opens_the_door(forged(tokens.access, **changes))


def test_another_key_or_algorithm_is_refused(tokens: TokenPair) -> None:
    header, payload, _ = tokens.access.split(".")
    another_key = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    claims = jwt.decode(tokens.access, options={"verify_signature": False})

    assert not opens_the_door(forged(tokens.access, key=another_key.decode()))
    assert not opens_the_door(forged(tokens.access, algorithm="HS256", key="guessed" * 8))
    assert not opens_the_door(jwt.encode(claims, "", algorithm="none"))
    assert not opens_the_door(f"{header}.{payload}.")
    assert not opens_the_door("not-a-token")


def test_logging_out_ends_the_refresh_token_and_its_successors(
    api: APIClient, tokens: TokenPair
) -> None:
    child = api.post(REFRESH, {"refresh": tokens.refresh}).json()["refresh"]

    assert api.post(LOGOUT, {"refresh": child}).status_code == 204

    assert api.post(REFRESH, {"refresh": child}).status_code == 401
    assert api.post(VERIFY, {"token": child}).status_code == 401


def test_verify_knows_good_tokens_from_bad_ones(
    api: APIClient, alice: User, tokens: TokenPair
) -> None:
    assert api.post(VERIFY, {"token": tokens.access}).status_code == 200
    assert api.post(VERIFY, {"token": tokens.refresh}).status_code == 200
    assert api.post(VERIFY, {"token": "nonsense"}).json()["code"] == "token_not_valid"

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert api.post(VERIFY, {"token": tokens.access}).status_code == 401


def test_an_account_made_inactive_is_shut_out_at_once(
    api: APIClient, alice: User, tokens: TokenPair
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert not opens_the_door(tokens.access)
    assert api.post(REFRESH, {"refresh": tokens.refresh}).status_code == 401


def test_the_database_keeps_no_token_that_could_be_used(tokens: TokenPair) -> None:
    assert [row.token for row in OutstandingToken.objects.all()] == [""]


def test_expired_tokens_are_forgotten_and_live_ones_kept(tokens: TokenPair) -> None:
    purge_expired(at=datetime.now(UTC))
    assert OutstandingToken.objects.count() == 1

    purge_expired(at=datetime.now(UTC) + timedelta(days=15))
    assert not OutstandingToken.objects.exists()


def test_anybody_can_check_a_token_with_the_published_key(
    api: APIClient, tokens: TokenPair
) -> None:
    [key] = api.get("/.well-known/jwks.json").json()["keys"]

    public = jwt.PyJWK(key)
    claims = jwt.decode(tokens.access, public, ["ES256"], audience="frameflow")

    assert claims["token_type"] == "access"
    assert jwt.get_unverified_header(tokens.access)["kid"] == key["kid"]
    assert "d" not in key
