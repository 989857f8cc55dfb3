"""Letters that a form or the database takes for others: they begin no new count of tries."""

import unicodedata
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from apps.auth.models import ResetWish, User
from frameflow.api.throttling import folded
from tests.auth.conftest import PASSWORD
from tests.auth.test_throttles import at_api, at_page
from tests.databases import every_database

pytestmark = every_database


@pytest.mark.parametrize("door", [at_page, at_api])
def test_letters_that_the_database_takes_for_others_do_not_begin_anew(door: Any) -> None:
    User.objects.create_user("victimik@example.com", PASSWORD)
    names = ["victimik", "vİctimik", "victİmik", "victimİk", "vİctİmİk"]
    for name in names:
        door(f"{name}@example.com")
    assert door("victimik@example.com", PASSWORD).status_code == 429


def test_such_letters_bring_no_more_links() -> None:
    User.objects.create_user("victimik@example.com", PASSWORD)
    names = ["victimik", "vİctimik", "victİmik", "victimİk", "vİctİmik", "vİctimİk", "vİctİmİk"]
    for name in names:
        Client().post("/password/reset/", {"email": f"{name}@example.com"})
    assert ResetWish.objects.count() == 5


def test_what_the_database_folds_is_folded_here_too() -> None:
    unknown = {"Cn", "Cs"}  # the database may know letters that this Python does not
    letters = [c for c in map(chr, range(1, 0x30000)) if unicodedata.category(c) not in unknown]
    with connections["auth"].cursor() as cursor:
        cursor.execute(
            "SELECT lower(each) FROM unnest(%s) WITH ORDINALITY AS t(each, n) ORDER BY n", [letters]
        )
        lowered = [row[0] for row in cursor.fetchall()]
    assert [a for a, b in zip(letters, lowered, strict=True) if folded(a) != folded(b)] == []
