"""Uploads through the real API, at rising rates until it is too much, then for a long time.

    make load [MINUTES=10] [ARGS="--rates 1,2,4 --rate 2 --workers 2 --no-scaling"]

Starts Postgres and Valkey of its own, which keep what they say; one web as in production, bus and
workers, the store in a folder. People with an account and an address of their own each, so that no
limit of one person is met and none is lifted, send small videos over connections that are kept, and
look at each four times. The moments are set beforehand: a slow answer does not slow the sender.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import scaling
from benchmarks.load.clients import LOOKS_S
from benchmarks.load.course import CLIP_S, Wish, loaded
from benchmarks.load.lag import LATE_S
from benchmarks.load.report import table
from benchmarks.load.telling import told_rising, told_sustained

ROOT = Path(__file__).resolve().parents[2]
RATES = "1,2,3,4,6,8,11,16,22,32,45,64"
SCALED_VIDEOS = 12


def announce(wish: Wish) -> None:
    """Say what is measured, and on what."""
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before. One web, {wish.buses} bus "
        f"on {wish.bus}, {wish.workers} workers, Postgres and Valkey that keep what they say.\n"
        f"{wish.people} people upload videos of {CLIP_S} s, with {len(LOOKS_S)} looks at each.",
        flush=True,
    )


def scaled() -> list[scaling.Run]:
    """Return videos a second by one, two and four workers."""
    with tempfile.TemporaryDirectory(prefix="frameflow-load-") as root:
        return list(scaling.measured(Path(root), 1, SCALED_VIDEOS, (0,)))


def main(wish: Wish, with_scaling: bool, target: Path) -> int:
    """Measure and tell; return 1 where messages of the long stretch waited for over a second."""
    announce(wish)
    with loaded(wish) as load:
        stages = load.rising()
        long = load.sustained(stages)
    print("\n".join(["", *table([*stages, long]), ""]), flush=True)
    for line in (*told_rising(stages, wish.processes), *told_sustained(long, wish.processes)):
        print(line, flush=True)
    runs = scaled() if with_scaling else []
    for run in runs:
        print(f"{run.workers} workers: {run.videos_per_s:.2f} videos/s of {scaling.CLIP_S} s each")
    kept = {"stages": [asdict(each) for each in stages], "sustained": asdict(long)}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({**kept, "workers": [asdict(run) for run in runs]}, indent=1))
    return int(long.late > 0 or long.published.p99_s > LATE_S)


def asked(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long the long stretch is")
    parser.add_argument("--rates", default=RATES, help="uploads a second; empty: none")
    parser.add_argument("--stage-s", type=float, default=20, help="how long each rate is kept")
    parser.add_argument("--rate", type=float, default=0, help="of the long stretch")
    parser.add_argument("--bus", default="redis_pubsub", choices=["redis_pubsub", "redis_streams"])
    parser.add_argument("--buses", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--no-scaling", action="store_true", help="leave 1, 2 and 4 workers out")
    parser.add_argument("--json", type=Path, default=ROOT / "test-results" / "load.json")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    given = vars(asked(sys.argv[1:]))
    leave_out, kept_in = given.pop("no_scaling"), given.pop("json")
    given["rates"] = [float(each) for each in given["rates"].split(",") if each]
    sys.exit(main(Wish(**given), not leave_out, kept_in))
