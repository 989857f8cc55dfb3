"""`python -m tests.simulation.mutants.child RUNG SEEDS`: play in this tree, tell in JSON."""

import json
import os
import sys

import django


def main(rung: int, seeds: int) -> None:
    """Play until something breaks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
    django.setup()
    from tests.simulation.rungs import run  # needs the settings

    report = run(rung, range(seeds), most=1)
    breach = report.violations[0].breach if report.violations else ""
    print(json.dumps({"schedules": report.schedules, "breach": breach}))  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
