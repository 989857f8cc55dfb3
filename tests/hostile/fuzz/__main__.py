"""`python -m tests.hostile.fuzz`: bends videos at random, and counts what comes of it."""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.hostile.fuzz.campaign import Plan, try_all


def main() -> int:
    """Run; returns 1 where something was that should not have been."""
    reader = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    reader.add_argument("--number", type=int, default=2_000, help="how many videos")
    reader.add_argument("--seconds", type=float, default=3_600, help="the most time")
    reader.add_argument("--seed", type=int, default=int(time.time()), help="the same, the same")
    reader.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    reader.add_argument("--keep", type=Path, default=Path("test-results/fuzz"), metavar="FOLDER")
    asked = reader.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    sys.stdout.flush()
    os.environ["SVT_LOG"] = "0"  # one of the encoders of the clips is talkative
    plan = Plan(asked.seed, asked.number, asked.seconds, asked.workers, asked.keep)
    report = try_all(plan)
    sys.stdout.write(f"{report.text()}\n")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
