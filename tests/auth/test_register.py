"""Opening an account."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"])
URL = "/api/v1/auth/register/"


def test_registering_opens_an_account_and_shows_no_password(api: APIClient) -> None:
    answer = api.post(URL, {"email": "Bob@Example.com", "password": PASSWORD, "name": "Bob"})

    assert answer.status_code == 201
    user = User.objects.get()
    assert answer.json()["id"] == str(user.pk)
    assert answer.json()["email"] == "Bob@example.com"
    assert PASSWORD not in answer.content.decode()
    assert user.check_password(PASSWORD)
    assert not user.is_staff


def test_nobody_becomes_staff_by_asking(api: APIClient) -> None:
    wish = {"email": "b@example.com", "password": PASSWORD, "is_staff": True, "is_superuser": True}

    api.post(URL, wish)

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)


@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@EXAMPLE.COM", "Alice@example.com"])
def test_an_address_is_taken_whatever_its_case(api: APIClient, alice: User, email: str) -> None:
    answer = api.post(URL, {"email": email, "password": PASSWORD})

    assert answer.status_code == 422
    document = answer.json()
    assert document["code"] == "email_taken"
    assert document["errors"][0]["path"] == "email"
    assert "may already exist" in document["errors"][0]["message"]
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short1!", "12345678901", "password1", "alice@example.com"])
def test_a_password_easy_to_guess_is_refused(api: APIClient, password: str) -> None:
    answer = api.post(URL, {"email": "alice@example.com", "password": password})

    assert answer.status_code == 422
    assert answer.json()["code"] == "weak_password"
    assert {error["path"] for error in answer.json()["errors"]} == {"password"}
    assert not User.objects.exists()


def test_a_password_of_64_characters_is_taken(api: APIClient) -> None:
    assert api.post(URL, {"email": "b@example.com", "password": "ä ö-x" * 16}).status_code == 201


def test_every_missing_field_is_named(api: APIClient) -> None:
    answer = api.post(URL, {})

    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"email", "password"}


def test_a_closed_house_takes_nobody_in(api: APIClient, settings: Settings) -> None:
    settings.SIGNUP = "closed"

    answer = api.post(URL, {"email": "b@example.com", "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "signup_closed")
    assert not User.objects.exists()


def test_production_keeps_passwords_as_argon2(api: APIClient, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    api.post(URL, {"email": "b@example.com", "password": PASSWORD})

    assert identify_hasher(User.objects.get().password).algorithm == "argon2"
