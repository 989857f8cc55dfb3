"""Rung 1 in each run of the tests: fresh seeds, and those that once broke something."""

from random import SystemRandom

import pytest

from tests.simulation.corpus import kept
from tests.simulation.rungs import run

FRESH = 2000


@pytest.mark.timeout(600)
def test_the_tables_keep_their_promises_in_fresh_and_kept_schedules() -> None:
    start = SystemRandom().randrange(2**31)
    print(f"rung 1: seeds {start} to {start + FRESH - 1}")  # noqa: T201
    seeds = [*(each.seed for each in kept(1)), *range(start, start + FRESH)]
    report = run(1, seeds)
    assert not report.violations, "\n".join(map(str, report.violations))
    assert report.schedules == len(seeds)


def test_a_seed_gives_the_same_schedule_again() -> None:
    first, second = run(1, range(20)), run(1, range(20))
    assert first.passed == second.passed
    assert first.met == second.met
