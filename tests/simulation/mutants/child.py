"""`python -m tests.simulation.mutants.child RUNG SEEDS PROMISE …`: play here, tell in JSON."""

import json
import os
import sys
from collections.abc import Iterable

import django


def main(rung: int, seeds: int, wanted: Iterable[str]) -> None:
    """Play until one of these promises breaks; any other breach, and a crash, is passed over."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
    django.setup()
    from tests.simulation.playing import promises_of  # both need the settings
    from tests.simulation.rungs import run

    def counts(breach: str) -> bool:
        return not promises_of(breach).isdisjoint(wanted)

    report = run(rung, range(seeds), most=1, counts=counts)
    breach = report.violations[0].breach if report.violations else ""
    print(json.dumps({"schedules": report.schedules, "breach": breach}))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
