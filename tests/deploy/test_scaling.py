"""The page about scaling says what the code does."""

import re

from frameflow.db.checks import PER_WORKER, per_bus, per_web
from tests.databases import ALIASES
from tests.deploy.sources import ROOT

PAGE = (ROOT / "docs" / "howto" / "scaling.md").read_text()
METRICS = frozenset(re.findall(r"frameflow_\w+", PAGE))
BUDGET = {name: int(number) for name, number in re.findall(r"(?m)^\| (\w+) \| (\d+) \|", PAGE)}


def test_what_it_says_to_look_at_is_told_of_on_the_page_about_watching() -> None:
    told = set(re.findall(r"frameflow_\w+", (ROOT / "docs" / "howto" / "watch.md").read_text()))
    assert METRICS
    assert told >= METRICS


def test_the_budget_is_the_one_that_is_checked() -> None:
    web, bus = per_web(ALIASES), per_bus(ALIASES)
    assert {"web": web, "bus": bus, "worker": PER_WORKER} == BUDGET
    assert f"may hold {2 * web + 2 * bus + 10 * PER_WORKER};" in PAGE
