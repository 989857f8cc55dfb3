"""Runs the ways in turns, so that a machine that is busy for a while is unfair to none."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from benchmarks.extraction.measuring import Cost, measure, middle

Row = dict[str, Any]
#: A name, and the command that fills a folder.
Commands = Mapping[str, Sequence[str]]


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder for the time being."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


def in_turns(commands: Commands, rounds: int) -> dict[str, Cost]:
    """Return the medians of each command; one that fails is told and left out."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            try:
                costs[name].append(measure(command))
            except CalledProcessError as error:
                print(f"{name} failed: {error}", file=sys.stderr)
    return {name: middle(each) for name, each in costs.items() if each}


def numbers(cost: Cost) -> Row:
    """Return a cost as fields of a row."""
    return {
        "wall_s": round(cost.wall_s, 3),
        "cpu_s": round(cost.cpu_s, 3),
        "rss_mb": round(cost.rss_bytes / 1e6, 1),
        "read_mb": round(cost.read_bytes / 1e6, 2),
    }


def told(cost: Cost, video: Path) -> Row:
    """Return what our command said about its own run."""
    said = json.loads(cost.said)
    return {
        "frames": said["frames"],
        "path": said["path"],
        "packets": said["packets_decoded"],
        "read_share": round(said["bytes_read"] / video.stat().st_size, 4),
    }
