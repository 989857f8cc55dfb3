"""Whatever the structure of a video: the cheap way, sequential decoding and ffmpeg agree."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.processing.extraction.child.engine import GROUPS
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.random_clips import random_clip, random_wish
from tests.processing.extraction.test_groups import assert_same
from tests.processing.extraction.ways import by_either_way, in_sequence

WISHES_OF_ONE_CLIP = 3


@pytest.fixture(scope="module")
def ways() -> Iterator["Counter[str]"]:
    """Counts how often each way was taken: a test of sequential decoding alone shows nothing."""
    taken: Counter[str] = Counter()
    yield taken
    assert taken[GROUPS] >= 0.7 * taken.total(), taken


def assert_all_agree(seed: int, folder: Path, ways: "Counter[str]") -> None:
    path = random_clip(seed, folder)
    frames = all_frames(path)
    for number in range(WISHES_OF_ONE_CLIP):
        wish = random_wish(seed * WISHES_OF_ONE_CLIP + number)
        print(f"seed {seed}, wish {number}: {path.name} {wish}")  # noqa: T201 - shown on failure
        cheap = by_either_way(path, **wish)
        ways[cheap.path] += 1
        assert_same(cheap, in_sequence(path, **wish))
        for shown in cheap.pictures if path.suffix != ".avi" else ():
            assert shown.md5 == frame_at(frames, shown.asked_s).md5


@pytest.mark.parametrize("seed", range(40))
def test_a_random_clip(seed: int, tmp_path: Path, ways: "Counter[str]") -> None:
    assert_all_agree(seed, tmp_path, ways)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_another_random_clip(seed: int, tmp_path: Path, ways: "Counter[str]") -> None:
    assert_all_agree(seed, tmp_path, ways)
