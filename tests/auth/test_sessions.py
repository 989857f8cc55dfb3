"""What a browser keeps, and what others cannot learn or plant."""

import os
import subprocess
import sys
from http.cookies import Morsel
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from apps.auth import services
from apps.auth.apps import check_links
from apps.auth.exceptions import AccountClosed
from apps.auth.models import User
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

ASK_PROD = """
from frameflow.settings import prod as s
names = [n for n in vars(s) if n.startswith(("SESSION_COOKIE_", "CSRF_COOKIE_"))]
print({n: getattr(s, n) for n in names})
"""


def logged_in(**more: str) -> Client:
    page = Client()
    page.post("/login/", {"username": "alice@example.com", "password": PASSWORD, **more})
    return page


def test_no_script_and_no_other_site_gets_the_cookies(alice: User) -> None:
    page = logged_in()
    page.post("/language/", {"language": "pt-br"})
    page.get("/settings/")
    kept: dict[str, Morsel[str]] = dict(page.cookies)
    assert {"sessionid", "csrftoken", "django_language"} <= kept.keys()
    for cookie in kept.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert not cookie["domain"]


def test_in_production_cookies_travel_encrypted_and_from_this_host_alone() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    secrets = {"SECRET_KEY": "0123456789abcdef" * 4, "JWT_SIGNING_KEY": pem}
    done = subprocess.run(
        [sys.executable, "-c", ASK_PROD],
        env={**os.environ, **secrets},
        capture_output=True,
        text=True,
        check=True,
    )
    found = eval(done.stdout)  # noqa: S307  printed by the lines above
    for kind in ("SESSION", "CSRF"):
        assert found[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{kind}_COOKIE_SECURE"] is True
        assert found[f"{kind}_COOKIE_HTTPONLY"] is True
        assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert "DOMAIN" not in {name.split("_")[-1] for name in found}


def test_a_session_ends_with_the_browser_however_one_came_in(alice: User) -> None:
    new = Client()
    new.post("/signup/", {"email": "bea@example.com", "password": PASSWORD})
    for page in (new, logged_in()):
        assert page.session.get_expire_at_browser_close()
        assert page.cookies["sessionid"]["max-age"] == ""


def test_keep_me_logged_in_keeps_for_two_weeks(alice: User) -> None:
    page = logged_in(stay="on")
    assert not page.session.get_expire_at_browser_close()
    assert page.cookies["sessionid"]["max-age"] == 14 * 24 * 3600


@pytest.mark.parametrize("typed", ["known", "unknown", "closed"])
def test_a_wrong_log_in_hashes_as_often_whoever_it_is_about(alice: User, typed: str) -> None:
    if typed == "closed":
        User.objects.update(is_active=False)
    email = "nobody@example.com" if typed == "unknown" else alice.email
    with patch.object(MD5PasswordHasher, "encode", autospec=True) as hashing:
        hashing.return_value = "md5$salt$wrong"
        Client().post("/login/", {"username": email, "password": "guessed"})
    assert hashing.call_count == 1


def test_a_second_click_on_closing_is_no_fault_of_ours(alice: User) -> None:
    page, second = logged_in(), logged_in()
    page.post("/settings/close/", {"password": PASSWORD})
    assert second.post("/settings/close/", {"password": PASSWORD}).status_code == 302
    with pytest.raises(AccountClosed):
        services.change_profile(user_id=alice.pk, name="Ghost")


def test_a_closed_house_says_so_before_anybody_types(settings: Settings) -> None:
    settings.SIGNUP = "closed"
    answer = Client().get("/signup/")
    assert answer.status_code == 403
    assert "You cannot sign up here." in answer.content.decode()


def test_a_site_that_does_not_know_its_address_is_warned_of(settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["frames.example.com"], ""
    assert [each.id for each in check_links(None)] == ["identity.W002"]
    assert "identity.W002" in {each.id for each in run_checks(include_deployment_checks=True)}
    settings.PUBLIC_URL = "https://frames.example.com"
    assert check_links(None) == []
