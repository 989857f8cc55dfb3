"""The budget of database connections is compared with what the server allows."""

from django.conf import settings
from django.db import connections
from pytest_django.fixtures import Settings

from frameflow.api import parts
from frameflow.db.checks import PARTS_THREADS, check_connection_budget, connection_budget
from tests.databases import ALIASES, every_database

pytestmark = every_database


def test_the_embedded_server_has_room_for_the_default_processes() -> None:
    assert check_connection_budget(None, databases=ALIASES) == []


def test_a_server_that_is_too_small_is_named_once(settings: Settings) -> None:
    settings.TRANSFER_THREADS = 10_000
    (problem,) = check_connection_budget(None, databases=ALIASES)
    assert problem.id == "db.W001"


def test_a_server_of_some_contexts_is_asked_for_what_those_may_hold(settings: Settings) -> None:
    settings.WEB_THREADS, settings.TRANSFER_THREADS, settings.WORKERS = 8, 64, 10
    assert connection_budget(ALIASES) == 2 * 72 + 16 + 12 + 30
    assert connection_budget(["auth"]) == 72 + 16 + 4
    assert connection_budget(["processing", "download"]) == 2 * 72 + 16 + 6 + 30


def test_the_threads_that_ask_all_parts_are_in_the_budget() -> None:
    assert PARTS_THREADS == parts.THREADS


def test_no_alias_sees_more_than_its_own_schema() -> None:
    for context in settings.ACTIVE_CONTEXTS:
        with connections[context.alias].cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert cursor.fetchone() == (context.schema,)
