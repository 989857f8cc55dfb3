"""What the cage costs: python -m benchmarks.cage VIDEO … [--interval 10] [--rounds 21]

The same extraction three ways, taking turns. *Open*: the engine in this process, as it would run
without any cage. *Caged*: in a child of a warm fork server, as a worker does it. *Cold*: with a
fork server that starts for this video alone, as the command does it. Pictures are made and thrown
away; memory is taken in the same way by all. Seconds of wall clock (medians), and of CPU with all
processes (means: the kernel counts a child's in hundredths). Linux.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import mean, median
from typing import Final

import psutil

from apps.processing.extraction import Limits, Options, Picture, VideoFacts, extract, warm_up
from apps.processing.extraction.child import serving
from apps.processing.extraction.opening.source import DescriptorSource
from apps.processing.extraction.pictures.pictures import EncodedPicture
from apps.processing.extraction.supervision.fork_server import CHILD_MODULE, ENVIRONMENT
from tests.processing.extraction.forks import forking

COLUMNS: Final = "{:<22}" + "{:>12}" * 6
Cost = tuple[float, float]


class Nothing:
    """Takes what the engine or the supervisor gives."""

    def checked(self, facts: VideoFacts) -> None:
        """Hear of the facts."""

    def picture(self, *made: Fraction | EncodedPicture | Picture) -> None:
        """Take a picture."""


def opened(video: Path, options: Options) -> None:
    """Extract in this process."""
    from apps.processing.extraction.child.engine import Engine

    with video.open("rb") as file:
        source = DescriptorSource(file.fileno(), video.stat().st_size)
        Engine(source, options, Limits()).run(Nothing())


def caged(video: Path, options: Options) -> None:
    """Extract in a child of the fork server that is there."""
    with video.open("rb") as file:
        extract(file, options=options, limits=Limits(), sink=Nothing())


def cold(video: Path, options: Options) -> None:
    """Extract in a child of a fork server that starts for it, and ends."""
    with forking(CHILD_MODULE):
        caged(video, options)


def cost_of(way: Callable[[Path, Options], None], video: Path, options: Options) -> Cost:
    """Return seconds of wall clock and of CPU."""
    began_s, used_s = time.monotonic(), _cpu_s()
    way(video, options)
    return time.monotonic() - began_s, _cpu_s() - used_s


def _cpu_s() -> float:
    """Return what this process has used, and its fork servers with all children they buried."""
    server = psutil.Process(warm_up().pid).cpu_times()
    ended = psutil.Process().cpu_times()
    return time.process_time() + sum(server[:4]) + ended.children_user + ended.children_system


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO")
    parser.add_argument("--interval", type=Fraction, default=Fraction(10))
    parser.add_argument("--rounds", type=int, default=21)
    arguments = parser.parse_args()
    if not ENVIRONMENT.items() <= os.environ.items():
        again = [sys.executable, "-m", "benchmarks.cage", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | ENVIRONMENT)  # noqa: S606 - ourselves
    options = Options(interval_s=arguments.interval)
    serving.load()
    ways = (opened, caged, cold)
    print(COLUMNS.format("", *(f"{way.__name__} {what}" for way in ways for what in ("s", "CPU"))))
    for video in arguments.videos:
        for way in ways:
            way(video, options)  # what is loaded once only
        rounds = [[cost_of(way, video, options) for way in ways] for _ in range(arguments.rounds)]
        cells = [
            f"{number:.4f}"
            for costs in zip(*rounds, strict=True)
            for number in (median(wall for wall, _ in costs), mean(cpu for _, cpu in costs))
        ]
        print(COLUMNS.format(video.name[-22:], *cells), flush=True)


if __name__ == "__main__":
    main()
