"""The way of the product: an input through the real supervisor and the real cage, watched."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from apps.processing.extraction import ExtractionError, Limits, Options, extract, probe, warm_up
from tests.hostile.registry import READY, Hostile
from tests.hostile.surroundings import Canary, Servers, surroundings, write
from tests.hostile.watching import Watch, children, descendants
from tests.processing.extraction.running import Basket

#: How many pictures came, or how many packets a probe reckons with; the codes of warnings.
Answer = tuple[int, tuple[str, ...]]
WALL_S: Final = 10.0
#: For `timeout` itself: a kill takes a moment, more so where the machine is busy.
SLACK_S: Final = 5.0
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
        return look(write(hostile, place), servers, Options(**hostile.options))


def look(path: Path, servers: Servers, wish: Options, *, is_probe: bool = False) -> Seen:
    """Extract from a file in its place, or probe it; returns what was seen."""
    with path.open("rb") as source:
        return _look(path, servers, lambda: _answer(source, wish, is_probe=is_probe))


def _look(path: Path, servers: Servers, do: Callable[[], Answer]) -> Seen:
    pictures, warnings = 0, ()
    with Canary(path.parent) as canary:
        before, started_s = _belongings(), time.monotonic()
        with Watch(path, warm_up().pid, servers, once_locked=True) as watch:
            try:
                pictures, warnings = do()
                outcome, detail = READY, ""
            except ExtractionError as error:
                outcome, detail = error.code, error.detail
        return Seen(
            outcome=outcome,
            detail=detail,
            pictures=pictures,
            warnings=warnings,
            seconds=time.monotonic() - started_s,
            peak_bytes=watch.peak_bytes,
            looks=watch.looks,
            opened=frozenset(watch.opened),
            touched=frozenset(canary.heard()),
            calls=servers.calls,
            left_behind=frozenset(_belongings() - before),
        )


def _answer(source: BinaryIO, wish: Options, *, is_probe: bool) -> Answer:
    if is_probe:
        return probe(source, options=wish, limits=LIMITS).packets, ()
    basket = Basket()
    done = extract(source, options=wish, limits=LIMITS, sink=basket)
    return len(basket.pictures), tuple(each.code for each in done.warnings)


def _belongings() -> set[str]:
    """Return the descriptors and children of this process, and all of its fork server's.

    What a database beside it starts for itself is no child of ours.
    """
    descriptors = {f"descriptor {each}" for each in os.listdir("/proc/self/fd")}
    processes = children(os.getpid()) | descendants(warm_up().pid)
    return descriptors | {f"process {each}" for each in processes}
