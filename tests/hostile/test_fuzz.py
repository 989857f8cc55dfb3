"""Videos bent at random: each ends with a code, and nothing is reached or left behind."""

import time
from pathlib import Path

import pytest

from tests.hostile.fuzz.campaign import Plan, try_all
from tests.hostile.fuzz.trying import bent


def assert_clean(plan: Plan) -> None:
    report = try_all(plan)
    print(f"seed {plan.seed}\n{report.text()}")  # noqa: T201 - shown on failure
    assert not report.violations
    assert report.outcomes.total() == plan.number, "there was no time for all"
    assert report.outcomes["ready"] > report.outcomes.total() / 10, "they are bent beyond use"


@pytest.mark.timeout(400)
def test_some_hundred(tmp_path: Path) -> None:
    assert_clean(Plan(seed=1, number=300, seconds=360, workers=2, kept=tmp_path))


@pytest.mark.long
@pytest.mark.timeout(2500)
def test_thousands(tmp_path: Path) -> None:
    assert_clean(Plan(int(time.time()), number=4_000, seconds=2400, workers=2, kept=tmp_path))


def test_the_same_numbers_give_the_same_file() -> None:
    assert bent(7, 3) == bent(7, 3)
    assert bent(7, 3) != bent(7, 4)
