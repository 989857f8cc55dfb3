"""The page about scaling says what the code does."""

import re

import pytest
from django.db import connections

from frameflow.db.checks import PER_WORKER, per_bus, per_web
from tests.databases import ALIASES
from tests.deploy.sources import ROOT

PAGE = (ROOT / "docs" / "howto" / "scaling.md").read_text()
QUERIES = re.findall(r"`(SELECT [^`]+)`", PAGE)
BUDGET = {name: int(number) for name, number in re.findall(r"(?m)^\| (\w+) \| (\d+) \|", PAGE)}


def test_there_are_queries() -> None:
    assert len(QUERIES) == 2


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.django_db(databases=["processing", "upload"])
def test_a_query_can_be_asked(query: str) -> None:
    with connections["processing"].cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchone() in ((0,), (None,))


def test_the_budget_is_the_one_that_is_checked() -> None:
    web, bus = per_web(ALIASES), per_bus(ALIASES)
    assert {"web": web, "bus": bus, "worker": PER_WORKER} == BUDGET
    assert f"may hold {2 * web + 2 * bus + 10 * PER_WORKER};" in PAGE
