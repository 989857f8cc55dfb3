"""The way of the product: an input through the real supervisor and the real cage, watched."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apps.processing.extraction import ExtractionError, Limits, Options, extract
from tests.hostile.registry import READY, Hostile
from tests.hostile.surroundings import Canary, surroundings, write
from tests.hostile.watching import Watch, descendants
from tests.processing.extraction.running import Basket

WALL_S: Final = 10.0
LIMITS: Final = Limits(wall_s=WALL_S, threads=2)


@dataclass(frozen=True)
class Seen:
    """What came of an input, and what was seen meanwhile."""

    outcome: str
    detail: str
    pictures: int
    warnings: tuple[str, ...]
    seconds: float
    peak_bytes: int
    looks: int
    opened: frozenset[str]
    touched: frozenset[str]
    calls: int
    left_behind: frozenset[str]


def see(hostile: Hostile, folder: Path) -> Seen:
    """Extract from one input; returns what was seen."""
    with surroundings(folder) as (place, servers):
        path = write(hostile, place)
        basket, warnings = Basket(), ()
        with path.open("rb") as source:
            canary, before, started_s = Canary(folder), _belongings(), time.monotonic()
            with Watch(path, os.getpid(), servers, once_locked=True) as watch:
                try:
                    wish = Options(**hostile.options)
                    done = extract(source, options=wish, limits=LIMITS, sink=basket)
                    outcome, detail = READY, ""
                    warnings = tuple(each.code for each in done.warnings)
                except ExtractionError as error:
                    outcome, detail = error.code, error.detail
            seconds = time.monotonic() - started_s
            left_behind = frozenset(_belongings() - before)
            touched = frozenset(canary.heard())
            canary.close()
    return Seen(
        outcome, detail, len(basket.pictures), warnings, seconds, watch.peak_bytes, watch.looks,
        frozenset(watch.opened), touched, servers.calls, left_behind,
    )  # fmt: skip


def _belongings() -> set[str]:
    """Return the processes and descriptors of this process, and its children that ended unseen."""
    descriptors = {f"descriptor {each}" for each in os.listdir("/proc/self/fd")}
    return descriptors | {f"process {each}" for each in descendants(os.getpid())}
