"""Damaged at random: the cheap way gives the same pictures, and warns of what it has read."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from apps.processing.extraction import Notice, Refused
from tests.processing.extraction.random_clips import random_clip, random_wish
from tests.processing.extraction.ways import Hashes, by_either_way, in_sequence

ABOUT_THE_END = {"truncated", "past_end"}


def damaged(path: Path, dice: Random) -> Path:
    """Cut a file off, or write zeros or single bits into it."""
    data = bytearray(path.read_bytes())
    how = dice.choice(("cut", "hole", "bits"))
    if how == "cut":
        del data[int(len(data) * dice.uniform(0.3, 0.98)) :]
    elif how == "hole":
        begin = int(len(data) * dice.uniform(0.1, 0.9))
        length = min(dice.choice((50, 500, 2000)), len(data) - begin)
        data[begin : begin + length] = bytes(length)
    else:
        for _ in range(dice.choice((1, 5, 30))):
            data[int(len(data) * dice.uniform(0.1, 1)) - 1] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    return path


def result_of(way: Callable[[], Hashes]) -> Hashes | str:
    try:
        return way()
    except Refused as refused:
        return refused.code


def about_the_end(notices: tuple[Notice, ...]) -> list[Notice]:
    return [notice for notice in notices if notice.code in ABOUT_THE_END]


@pytest.mark.parametrize("seed", range(200, 240))
def test_a_damaged_clip(seed: int, tmp_path: Path) -> None:
    path = damaged(random_clip(seed, tmp_path), Random(seed))  # noqa: S311
    wish = random_wish(seed)
    print(f"seed {seed}: {path.name} {wish}")  # noqa: T201 - shown on failure
    cheap = result_of(lambda: by_either_way(path, **wish))
    whole = result_of(lambda: in_sequence(path, **wish))
    if isinstance(cheap, str) or isinstance(whole, str):
        assert cheap == whole
        return
    assert cheap.pictures == whole.pictures
    assert about_the_end(cheap.notices) == about_the_end(whole.notices)
    assert set(cheap.notices) <= set(whole.notices)
