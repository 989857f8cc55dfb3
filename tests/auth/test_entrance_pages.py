"""Sign up, log in, log out and the language, as pages."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from apps.auth.models import User
from tests.auth.conftest import PASSWORD
from tests.databases import every_database

pytestmark = every_database

NEW = {"email": "bea@example.com", "password": PASSWORD}


@pytest.fixture
def page() -> Client:
    """A browser nobody has logged in with."""
    return Client()


def who(page: Client) -> str | None:
    return page.session.get("_auth_user_id")


def test_sign_up_has_two_fields_and_comes_in_at_once(page: Client) -> None:
    html = page.get("/signup/").content.decode()
    form = html[html.index('<form method="post" class="card"') :]
    assert len(re.findall(r"<input(?! type=.hidden)", form[: form.index("</form>")])) == 2
    answer = page.post("/signup/", NEW)
    assert answer.headers["Location"] == "/"
    assert who(page) == str(User.objects.get(email=NEW["email"]).pk)


def test_a_new_account_speaks_the_language_of_the_page(page: Client) -> None:
    page.post("/signup/", NEW, headers={"Accept-Language": "pt-BR,pt;q=0.9"})
    assert User.objects.get(email=NEW["email"]).language == "pt-br"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    page: Client, changed: dict[str, str], field: str
) -> None:
    answer = page.post("/signup/", {**NEW, **changed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in html
    wrong = re.search(rf'<input[^>]*name="{field}"[^>]*>', html)
    assert wrong
    assert "autofocus" in wrong[0]
    assert 'aria-invalid="true"' in wrong[0]
    assert f"id_{field}_error" in wrong[0]
    if field != "email":
        assert NEW["email"] in html
    assert PASSWORD not in html
    assert who(page) is None


def test_a_taken_address_is_not_said_to_be_one(page: Client, alice: User) -> None:
    answer = page.post("/signup/", {**NEW, "email": alice.email.upper()})
    assert "may already exist" in answer.content.decode()


def test_where_sign_up_is_closed_a_page_says_so(page: Client, settings: Settings) -> None:
    settings.SIGNUP = "closed"
    answer = page.post("/signup/", NEW)
    assert answer.status_code == 403
    assert "You cannot sign up here." in answer.content.decode()


@pytest.mark.parametrize("address", ["/login/", "/signup/"])
def test_whoever_came_for_a_page_goes_on_to_it(page: Client, alice: User, address: str) -> None:
    typed = {**NEW, "username": alice.email, "next": "/videos/"}
    assert 'value="/videos/"' in page.get(f"{address}?next=/videos/").content.decode()
    assert page.post(address, typed).headers["Location"] == "/videos/"
    assert page.get(address).headers["Location"] == "/"  # they are in already


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example/",
    "https:///evil.example/",
    "/\t/evil.example/",
    "\x00//evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:1",
    "data:text/html,1",
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("address", ["/login/", "/signup/", "/language/"])
def test_nobody_is_led_to_another_site(
    page: Client, alice: User, address: str, elsewhere: str
) -> None:
    typed = {**NEW, "username": alice.email, "language": "en", "next": elsewhere}
    assert page.post(address, typed).headers["Location"] == "/"


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "alice@example.com", "password": "wrong"},
        {"username": "nobody@example.com", "password": PASSWORD},
    ],
)
def test_a_wrong_log_in_does_not_say_what_was_wrong(
    page: Client, alice: User, typed: dict[str, str]
) -> None:
    answer = page.post("/login/", typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Email or password is not right." in html
    [focused] = re.findall(r"<input[^>]*autofocus[^>]*>", html)
    assert 'name="password"' in focused
    assert who(page) is None


def test_a_closed_account_cannot_come_in(page: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    answer = page.post("/login/", {"username": alice.email, "password": PASSWORD})
    assert "Email or password is not right." in answer.content.decode()


def test_a_session_ends_with_the_browser_unless_it_is_to_stay(page: Client, alice: User) -> None:
    typed = {"username": alice.email.upper(), "password": PASSWORD}
    page.post("/login/", typed)
    assert page.session.get_expire_at_browser_close()
    page.post("/logout/")
    page.post("/login/", {**typed, "stay": "on"})
    assert not page.session.get_expire_at_browser_close()


def test_the_session_gets_another_key_at_log_in(page: Client, alice: User) -> None:
    session = page.session
    session["planted"] = True
    session.save()
    before = session.session_key
    page.cookies["sessionid"] = before
    page.post("/login/", {"username": alice.email, "password": PASSWORD})
    assert page.session.session_key != before


def test_the_pages_speak_the_language_of_the_profile_after_log_in(
    page: Client, alice: User
) -> None:
    User.objects.update(language="pt-br")
    page.post("/login/", {"username": alice.email, "password": PASSWORD})
    assert '<html lang="pt-br">' in page.get("/").content.decode()


def test_only_a_form_logs_out(page: Client, alice: User) -> None:
    page.force_login(alice)
    assert page.get("/logout/").status_code == 405
    assert page.post("/logout/").headers["Location"] == "/login/"
    assert who(page) is None


def test_the_language_changes_where_one_stands_and_is_remembered(page: Client, alice: User) -> None:
    page.force_login(alice)
    answer = page.post("/language/", {"language": "pt-br", "next": "/videos/?show=failed"})
    assert answer.headers["Location"] == "/videos/?show=failed"
    assert '<html lang="pt-br">' in page.get("/").content.decode()
    alice.refresh_from_db()
    assert alice.language == "pt-br"


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "de"])
def test_a_language_that_we_do_not_speak_changes_nothing(page: Client, language: str) -> None:
    answer = page.post("/language/", {"language": language, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert "django_language" not in answer.cookies
