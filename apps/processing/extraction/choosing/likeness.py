"""How much two pictures differ, judged on their reduced luma: pure arithmetic, no decoder."""

from collections.abc import Iterator
from operator import sub
from typing import Final

#: Levels of 255 by which two pictures may differ on average, and in any one of their parts, and
#: still look the same (measured: docs/discussions/the-frame-at-t.md).
SAME_MEAN: Final = 2.0
SAME_PART: Final = 10


def mean_difference(one: bytes, other: bytes) -> float:
    """Return the mean absolute difference in levels of 255; both have the same length."""
    return sum(_differences(one, other)) / len(one)


def largest_difference(one: bytes, other: bytes) -> int:
    """Return the largest absolute difference of one part, in levels of 255."""
    return max(_differences(one, other))


def _differences(one: bytes, other: bytes) -> Iterator[int]:
    return map(abs, map(sub, one, other))


def look_the_same(one: bytes, other: bytes) -> bool:
    """Tell whether a person would take one picture for the other.

    The mean sees what changes everywhere, the largest part a small thing in a scene that rests.
    """
    if mean_difference(one, other) > SAME_MEAN:
        return False
    return largest_difference(one, other) <= SAME_PART
