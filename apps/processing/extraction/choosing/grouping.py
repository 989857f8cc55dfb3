"""Which wanted times share a key frame: pure arithmetic on ticks, no decoder."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Final

#: Pictures of a key frame's group may be shown before it; then decoding begins at an earlier one.
EARLIER_STARTS: Final = 8
MOST_TIMES: Final = 1000


@dataclass(frozen=True)
class Group:
    """Wanted times, in order, for which decoding begins at one key frame.

    `begins` are the ticks of that key frame and of those before it, nearest first; empty: read
    on from the start of the file. Only the last group may have times without end.
    """

    begins: Sequence[int]
    times_s: Iterable[Fraction]


def groups(
    times_s: Iterator[Fraction],
    keyframes: Sequence[int],
    ticks_at: Callable[[Fraction], int],
) -> Iterator[Group]:
    """Yield the groups in order of time; without an index there is one.

    `keyframes` are in order; `ticks_at` gives the last tick that is not later than a time.
    """
    upcoming = next(times_s, None)
    while upcoming is not None:
        place = max(bisect_right(keyframes, ticks_at(upcoming)), 1)
        begins = keyframes[max(place - EARLIER_STARTS, 0) : place][::-1]
        if place >= len(keyframes):
            yield Group(begins, chain([upcoming], times_s))
            return
        shared = [upcoming]
        upcoming = next(times_s, None)
        while (
            upcoming is not None
            and ticks_at(upcoming) < keyframes[place]
            and len(shared) < MOST_TIMES
        ):
            shared.append(upcoming)
            upcoming = next(times_s, None)
        yield Group(begins, shared)
