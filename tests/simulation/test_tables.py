"""Rung 1 in each run of the tests: fresh seeds, and those that once broke something."""

from random import SystemRandom

import pytest

from tests.simulation.corpus import kept
from tests.simulation.rungs import run

FRESH = 2000


@pytest.mark.timeout(600)
def test_the_tables_keep_their_promises_in_fresh_schedules() -> None:
    start = SystemRandom().randrange(2**31)
    print(f"rung 1: seeds {start} to {start + FRESH - 1}")  # noqa: T201
    report = run(1, range(start, start + FRESH))
    assert not report.violations, "\n".join(map(str, report.violations))
    assert report.schedules == FRESH


@pytest.mark.skipif(not kept(1), reason="nothing was broken yet")
def test_what_was_broken_once_is_whole() -> None:
    report = run(1, [each.seed for each in kept(1)])
    assert not report.violations, "\n".join(map(str, report.violations))


def test_a_seed_gives_the_same_schedule_again() -> None:
    first, second = run(1, range(20)), run(1, range(20))
    assert first.passed == second.passed
    assert first.met == second.met
