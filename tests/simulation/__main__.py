"""`python -m tests.simulation --rung 2 --seeds 2000`: schedules from seeds, and what they broke."""

import argparse
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from urllib.parse import urlsplit

import django

from tests import servers
from tests.simulation.report import Report


def main(words: Sequence[str] | None = None) -> int:
    """Play, print the report, return 1 where a promise was broken."""
    options = _parser().parse_args(words)
    os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
    with ExitStack() as stack:
        if options.rung != 1:
            servers.start(stack)
            _migrate(stack)
        report = _spread(options.rung, options.start, options.seeds, options.processes)
    traces = [line for each in report.violations for line in each.trace] if options.trace else []
    print("\n".join([*report.lines(), *traces]))  # noqa: T201
    return 1 if report.violations else 0


def _spread(rung: int, start: int, seeds: int, processes: int) -> Report:
    shares = [range(start + number, start + seeds, processes) for number in range(processes)]
    report = Report()
    if processes == 1:
        report += play_share(rung, shares[0])
        return report
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in pool.map(play_share, [rung] * processes, shares):
            report += part
    return report


def play_share(rung: int, seeds: Iterable[int]) -> Report:
    """Play some seeds in this process."""
    django.setup()
    from tests.simulation.rungs import run

    return run(rung, seeds)


def _migrate(stack: ExitStack) -> None:
    """Make the database that each process copies."""
    django.setup()
    from tests.simulation.database import migrated

    url = urlsplit(os.environ["DATABASE_URL"])
    name = stack.enter_context(migrated())
    os.environ["DATABASE_URL"] = url._replace(path=f"/{name}").geturl()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--rung", type=int, choices=(1, 2), required=True)
    parser.add_argument("--seeds", type=int, default=1000, help="how many schedules")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--trace", action="store_true", help="what happened in each that broke one")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
