"""Rung 2 in each run of the tests: fresh seeds, and those that once broke something."""

from itertools import count
from random import SystemRandom
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, OperationalError
from psycopg2.errors import DeadlockDetected

from apps.download.exceptions import ForeignObjects, ZipNotSeen
from apps.upload import services as upload
from frameflow.storage import ObjectDamaged, StorageError
from tests.databases import every_database_committed
from tests.simulation.corpus import kept
from tests.simulation.faults import Faults
from tests.simulation.playing import Worlds, play
from tests.simulation.product import world
from tests.simulation.product.failures import is_expected
from tests.simulation.rungs import run
from tests.simulation.schedule import Schedule

FRESH = 300


@every_database_committed
@pytest.mark.timeout(1200)
def test_the_product_keeps_its_promises_in_fresh_and_kept_schedules() -> None:
    start = SystemRandom().randrange(2**31)
    print(f"rung 2: seeds {start} to {start + FRESH - 1}")  # noqa: T201
    seeds = [*(each.seed for each in kept(2)), *range(start, start + FRESH)]
    report = run(2, seeds)
    assert report.schedules == len(seeds)
    assert not report.violations, "\n".join(map(str, report.violations))


@every_database_committed
def test_a_seed_gives_the_same_schedule_again() -> None:
    """Also the databases, the ids and the clock follow the seed, whatever was played before."""
    seeds = range(17, 37)
    with world.prepared() as worlds:
        first = [played(worlds, seed) for seed in seeds]
        for other in range(900, 905):
            played(worlds, other)
        assert [played(worlds, seed) for seed in seeds] == first


@every_database_committed
def test_an_error_of_a_handler_that_succeeds_later_is_told() -> None:
    calls, record_ending = count(), upload.record_ending

    def stumbling(**what: Any) -> object:
        if next(calls) % 2 == 0:
            raise KeyError("planted")
        return record_ending(**what)

    with patch.object(upload, "record_ending", stumbling):
        report = run(2, range(30), most=1)
    assert report.violations[0].breach == (
        "alarm: consumer.failed upload at EXTRACTION_ENDED: KeyError('planted')"
    )


def test_only_faults_and_waits_are_expected_of_a_handler() -> None:
    deadlock = OperationalError("deadlock detected")
    deadlock.__cause__ = DeadlockDetected()
    expected = (OperationalError("the server is away"), StorageError(), ZipNotSeen())
    assert all(map(is_expected, expected))
    others = (deadlock, IntegrityError(), KeyError(), ObjectDamaged(), ForeignObjects())
    assert not any(map(is_expected, others))


def played(worlds: Worlds, seed: int) -> tuple[Any, ...]:
    schedule = Schedule(seed)
    faults = Faults(schedule)
    play(worlds, schedule, faults, steps=world.STEPS)
    return schedule.trace, faults.passed, faults.met
