"""Who comes in, by which door, and what the queue's pages may do."""

import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.auth.models import User
from tests.databases import every_database
from tests.platform.admin.conftest import browser_of

pytestmark = every_database
ROOT = Path(__file__).parents[3]
QUEUE = "/admin/django_rq/dashboard/"


@pytest.fixture
def redis_away(settings: Settings) -> None:
    """A queue at an address where nobody listens."""
    gone = {"URL": "redis://127.0.0.1:1/0", "REDIS_CLIENT_KWARGS": {"retry": None}}
    settings.RQ_QUEUES = {"processing": {**settings.RQ_QUEUES["processing"], **gone}}


def test_staff_log_in_at_the_page_that_counts_tries(client: Client, sue: User) -> None:
    sue.set_password("correct horse battery")
    sue.save()
    asked = client.get("/admin/upload/video/", follow=True)
    there = asked.redirect_chain[-1][0]
    assert there == f"{reverse('auth:login')}?next=/admin/upload/video/"
    assert client.get("/admin/login/", follow=True).redirect_chain[-1][0].endswith("?next=/admin/")

    known = {"username": sue.email, "password": "correct horse battery"}
    answer = client.post(there, known, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/upload/video/"


def test_no_password_is_taken_at_the_admins_own_door(client: Client, sue: User) -> None:
    sue.set_password("correct horse battery")
    sue.save()
    known = {"username": sue.email, "password": "correct horse battery"}
    assert client.post("/admin/login/", known).status_code == 302
    assert client.get("/admin/").status_code == 302


def test_the_password_is_changed_where_everybody_changes_it(support: Client) -> None:
    answer = support.get("/admin/password_change/")
    assert answer["Location"] == reverse("auth:password-change")


def test_logging_out_leads_to_the_log_in(support: Client) -> None:
    assert support.post("/admin/logout/")["Location"] == reverse("auth:login")
    assert support.get("/admin/").status_code == 302


def test_the_group_may_look_at_everything_and_change_nothing() -> None:
    may = set(Group.objects.get(name="Support").permissions.values_list("codename", flat=True))
    assert {"view_video", "view_saga", "view_outboxmessage", "view_logentry"} <= may
    assert {"retry_video", "cancel_video", "extract_again_video", "resend_outboxmessage"} <= may
    assert not [each for each in may if each.startswith(("add_", "change_", "delete_"))]


def test_the_queues_page_is_for_staff(support: Client, client: Client, owner: User) -> None:
    assert support.get(QUEUE).status_code == 200
    assert client.get(QUEUE).status_code == 302
    assert browser_of(owner).get(QUEUE).status_code == 302
    assert client.get(f"{QUEUE}stats.json").status_code == 401


def test_only_the_queues_pages_may_bring_scripts_of_their_own(support: Client) -> None:
    assert "'unsafe-inline'" in support.get(QUEUE)["Content-Security-Policy"]
    assert "'unsafe-inline'" not in support.get("/admin/")["Content-Security-Policy"]


def test_support_empties_no_queue(support: Client, root: Client) -> None:
    assert support.post(f"{QUEUE}queues/0/empty/", {"post": "yes"}).status_code == 403
    assert root.post(f"{QUEUE}queues/0/empty/", {"post": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ([], "createsuperuser"),
        (["ADMIN_EMAIL=a@example.com"], "createsuperuser"),
        (["ADMIN_EMAIL=a@example.com", "ADMIN_PASSWORD=x"], "ensure_admin"),
        (["ADMIN_EMAIL=a@example.com", "ADMIN_PASSWORD_FILE=/run/x"], "ensure_admin"),
    ],
)
def test_make_admin_asks_only_what_it_was_not_told(variables: list[str], command: str) -> None:
    # Also where the tests themselves were started by make.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ADMIN_", "MAKE"))}
    shown = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "admin", *variables],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.rstrip().endswith(f"manage.py {command}")


def test_the_superuser_is_made_by_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["new-admin@example.com"])
    monkeypatch.setattr("builtins.input", lambda *_question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda *_question: "plum-Orchard-42")

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    call_command("createsuperuser", stdin=Terminal(), stdout=StringIO())

    made = User.objects.get(email="new-admin@example.com")
    assert made.is_superuser
    assert made.check_password("plum-Orchard-42")


@pytest.mark.parametrize("page", ["", "queues/0/", "queues/0/failed/", "workers/0/", "stats.json"])
def test_without_redis_the_queues_pages_say_so(
    support: Client, redis_away: None, page: str
) -> None:
    answer = support.get(f"{QUEUE}{page}")
    assert answer.status_code == 503
    assert "We are having a problem" in answer.text
