"""What support sees of people, and how the first of them is made."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client, modify_settings
from pytest_django.fixtures import Settings

from apps.auth.apps import check_blacklist
from apps.auth.models import User
from apps.auth.services import TokenPair
from tests.auth.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["auth"])


@pytest.fixture
def support() -> Client:
    """The browser of a member of staff who is not a superuser."""
    sue = User.objects.create_user("sue@example.com", PASSWORD, is_staff=True)
    sue.groups.add(Group.objects.get(name="Support"))
    client = Client()
    client.force_login(sue)
    return client


def test_support_sees_people_without_addresses_or_secrets(
    support: Client, alice: User, tokens: TokenPair
) -> None:
    for url in ("/admin/identity/user/", f"/admin/identity/user/{alice.pk}/change/"):
        page = support.get(url)
        assert page.status_code == 200
        assert "a•••@example.com" in page.content.decode()
        assert "alice@example.com" not in page.content.decode()
        assert alice.password not in page.content.decode()


def test_support_finds_a_person_by_the_whole_address(support: Client, alice: User) -> None:
    assert str(alice.pk) in support.get("/admin/identity/user/?q=ALICE@example.com").text
    assert str(alice.pk) not in support.get("/admin/identity/user/?q=alice").text


def test_support_changes_nothing_about_people(support: Client, alice: User) -> None:
    assert support.get("/admin/identity/user/add/").status_code == 403
    assert support.post(f"/admin/identity/user/{alice.pk}/delete/").status_code == 403
    change = f"/admin/identity/user/{alice.pk}/change/"
    assert support.post(change, {"is_staff": "on"}).status_code == 403


def in_support(person: User) -> bool:
    return person.is_staff and person.groups.filter(name="Support").exists()


def ask(client: Client, name: str, person: User) -> str:
    data = {"id": str(person.pk), "reason": "she helps from today"}
    answer = client.post(f"/admin/identity/user/wishes/{name}/", data, follow=True)
    person.refresh_from_db()
    return answer.text


def test_a_superuser_gives_support_access_and_takes_it_away(client: Client, alice: User) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))

    assert "1 done" in ask(client, "give-support-access", alice)
    assert in_support(alice)
    assert "Already staff" in ask(client, "give-support-access", alice)
    assert "1 done" in ask(client, "take-support-access", alice)
    assert not alice.is_staff
    assert not in_support(alice)
    assert "Not a member" in ask(client, "take-support-access", alice)


def test_support_cannot_let_others_in(support: Client, alice: User) -> None:
    assert "Give support access" not in support.get(f"/admin/identity/user/{alice.pk}/change/").text
    ask(support, "give-support-access", alice)
    assert not alice.is_staff


def test_a_superuser_keeps_access(client: Client) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    client.force_login(root)
    ask(client, "take-support-access", root)
    assert root.is_staff


def test_others_are_sent_to_the_log_in(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/identity/user/").status_code == 302


def test_tokens_have_no_page(support: Client) -> None:
    assert support.get("/admin/token_blacklist/outstandingtoken/").status_code == 404


def ensure_admin() -> str:
    said = StringIO()
    call_command("ensure_admin", stdout=said)
    return said.getvalue()


def test_the_first_admin_is_made_once(settings: Settings) -> None:
    settings.ADMIN_EMAIL = "root@example.com"
    settings.ADMIN_PASSWORD = PASSWORD

    assert "made" in ensure_admin()
    settings.ADMIN_PASSWORD = "another-Password-9"
    assert "was there already" in ensure_admin()

    admin = User.objects.get()
    assert (admin.is_staff, admin.is_superuser) == (True, True)
    assert admin.check_password(PASSWORD)


def test_a_stranger_who_took_the_address_first_does_not_become_admin(
    settings: Settings, alice: User
) -> None:
    settings.ADMIN_EMAIL = "ALICE@example.com"
    settings.ADMIN_PASSWORD = "another-Password-9"

    ensure_admin()

    assert not User.objects.get().is_superuser


def test_ensure_admin_says_what_it_needs(settings: Settings) -> None:
    settings.ADMIN_EMAIL = ""

    with pytest.raises(CommandError, match="ADMIN_EMAIL"):
        ensure_admin()


def test_djangos_own_command_makes_a_superuser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    options: dict[str, Any] = {"interactive": False, "email": "root@example.com"}

    call_command("createsuperuser", **options, verbosity=0)

    assert User.objects.get(is_superuser=True).check_password(PASSWORD)


def test_the_check_tells_when_tokens_could_not_be_revoked() -> None:
    assert check_blacklist(None) == []

    remove = {"remove": ["rest_framework_simplejwt.token_blacklist"]}
    with modify_settings(INSTALLED_APPS=remove):
        assert not apps.is_installed("rest_framework_simplejwt.token_blacklist")
        [error] = check_blacklist(None)

    assert error.id == "identity.E001"
