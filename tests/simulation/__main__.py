"""`python -m tests.simulation --rung 2 --seeds 2000`: schedules from seeds, and what they broke."""

import argparse
import os
from collections.abc import Sequence

from tests.simulation.spreading import spread


def main(words: Sequence[str] | None = None) -> int:
    """Play, print the report, return 1 where a promise was broken."""
    options = _parser().parse_args(words)
    report = spread(options.rung, options.start, options.seeds, options.processes)
    traces = [line for each in report.violations for line in each.trace] if options.trace else []
    print("\n".join([*report.lines(), *traces]))  # noqa: T201
    return 1 if report.violations else 0


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
