"""The rungs by number, and how a run of seeds is played on one of them."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol, cast

from tests.simulation.faults import Faults
from tests.simulation.playing import Worlds, play
from tests.simulation.report import Report, Violation
from tests.simulation.schedule import Schedule


class Rung(Protocol):
    """What the module `world` of a rung offers."""

    STEPS: int
    prepared: Callable[[], AbstractContextManager[Worlds]]


#: Rung 1 plays over memory, rung 2 over Postgres.
MODULES = {1: "tests.simulation.tables.world", 2: "tests.simulation.product.world"}


def run(
    number: int,
    seeds: Iterable[int],
    *,
    most: int = 20,
    counts: Callable[[str], bool] = bool,
) -> Report:
    """Play seeds on a rung, one after the other; stop after the violation number `most`. Of what
    is broken, only what `counts` says is a violation."""
    rung = cast(Rung, import_module(MODULES[number]))
    report = Report()
    with rung.prepared() as worlds:
        began = time.monotonic()
        for seed in seeds:
            violation = _play(report, number, seed, worlds, rung.STEPS)
            if violation and counts(violation.breach):
                report.violations.append(violation)
            if len(report.violations) >= most:
                break
        report.seconds = time.monotonic() - began
    return report


def _play(report: Report, number: int, seed: int, worlds: Worlds, steps: int) -> Violation | None:
    schedule = Schedule(seed)
    faults = Faults(schedule)
    breach = play(worlds, schedule, faults, steps=steps)
    report.schedules += 1
    report.passed.update(faults.passed)
    report.met.update(faults.met)
    return Violation(number, seed, breach, tuple(schedule.trace)) if breach else None
