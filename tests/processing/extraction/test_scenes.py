"""Where a scene begins: arithmetic on brightness alone, without a video."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from apps.processing.extraction import Options
from apps.processing.extraction.choosing.scenes import SceneSelection

RATE = 25
A, B, C, WHITE = 40, 90, 150, 250


@dataclass(frozen=True)
class Flat:
    """A frame of one brightness."""

    time_s: Fraction
    end_s: Fraction
    is_key: bool
    level: int


def film(*levels: int, rate: Fraction | int = RATE) -> Iterator[Flat]:
    """Yield a frame for each level."""
    for number, level in enumerate(levels):
        yield Flat(Fraction(number) / rate, Fraction(number + 1) / rate, False, level)


def luma_of(frame: Flat) -> bytes:
    return bytes([frame.level]) * 8


def begun(frames: Iterator[Flat], **options: Any) -> list[Fraction]:
    """Return the times of the frames that are picked."""
    selection = SceneSelection[Flat](Options(mode="scenes", **options), luma_of)
    return [time_s for time_s, _frame in selection.pick(frames)]


def numbers(*levels: int) -> list[Fraction]:
    """Return which frames of a film are picked."""
    return [time_s * RATE for time_s in begun(film(*levels))]


def shot(level: int, frames: int = 25) -> list[int]:
    return [level] * frames


def test_a_picture_that_rests_is_one_scene() -> None:
    assert numbers(*shot(A, 100)) == [0]


def test_each_cut_begins_a_scene() -> None:
    assert numbers(*shot(A), *shot(B), *shot(C), *shot(A)) == [0, 25, 50, 75]


@pytest.mark.parametrize(("step", "scenes"), [(4, 1), (8, 1), (14, 2), (30, 2)])
def test_a_small_change_of_everything_is_no_cut(step: int, scenes: int) -> None:
    assert len(numbers(*shot(A), *shot(A + step))) == scenes


@pytest.mark.parametrize("frames", [1, 2, 3, 8])
def test_a_flash_is_no_scene(frames: int) -> None:
    assert numbers(*shot(A), *shot(WHITE, frames), *shot(A)) == [0]


def test_a_flash_that_fades_is_no_scene() -> None:
    assert numbers(*shot(A), WHITE, 200, 160, 120, 90, 70, 60, 50, *shot(A)) == [0]


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_flash_at_a_cut_gives_the_scene_behind_it(frames: int) -> None:
    assert numbers(*shot(A), *shot(WHITE, frames), *shot(B)) == [0, 25 + frames]


@pytest.mark.parametrize("frames", [6, 12, 50])
def test_a_fade_is_no_cut(frames: int) -> None:
    fade = [A + (WHITE - A) * number // frames for number in range(frames)]
    assert numbers(*shot(A), *fade, *shot(WHITE)) == [0]
    assert numbers(*shot(WHITE), *fade[::-1], *shot(A)) == [0]


def test_a_pan_that_changes_every_frame_is_no_cut() -> None:
    assert numbers(*shot(A), *([A, C] * 25), *shot(A)) == [0]


def test_a_cut_within_much_motion_is_found() -> None:
    calm, wild = ([level, level + 9] * 12 for level in (A, C))
    assert numbers(*calm, *wild) == [0, 24]


def test_what_lasts_less_than_half_a_second_is_no_scene() -> None:
    assert numbers(*shot(A), *shot(B, 12), *shot(C)) == [0, 37]
    assert numbers(*shot(A), *shot(B, 13), *shot(C)) == [0, 25, 38]


def test_the_last_scene_has_to_last_too() -> None:
    assert numbers(*shot(A), *shot(B, 12)) == [0]
    assert numbers(*shot(A), *shot(B, 13)) == [0, 25]


def test_the_first_picture_is_given_however_short_it_is_there() -> None:
    assert numbers(*shot(A, 3), *shot(B)) == [0, 3]
    assert numbers(A) == [0]
    assert numbers() == []


def test_pictures_a_second_apart_are_judged_alone() -> None:
    assert begun(film(A, B, B, C, A, rate=1)) == [0, 1, 3, 4]


def test_the_range_begins_with_a_picture_and_has_the_scenes_in_it() -> None:
    levels = [*shot(A), *shot(B), *shot(C), *shot(A)]
    found = begun(film(*levels), start_s=Fraction(8, 5), end_s=Fraction(3))
    assert found == [Fraction(8, 5), 2]


def test_a_cut_near_the_end_of_the_range_is_judged_by_what_follows() -> None:
    end_s = Fraction(11, 10)
    assert begun(film(*shot(A), *shot(B)), end_s=end_s) == [0, 1]
    assert begun(film(*shot(A), *shot(B, 4), *shot(A)), end_s=end_s) == [0]
    assert begun(film(*shot(A), *shot(B, 4), *shot(C)), end_s=end_s) == [0]


def test_no_more_is_read_than_a_range_needs() -> None:
    frames = film(*shot(A, 1000))
    assert begun(frames, end_s=Fraction(2)) == [0]
    assert next(frames).time_s < Fraction(23, 10)


@pytest.mark.parametrize(
    ("end_s", "ended_at_s"), [(None, 2), (Fraction(1), None), (Fraction(3), 2)]
)
def test_it_is_known_where_the_frames_ran_out(
    end_s: Fraction | None, ended_at_s: Fraction | None
) -> None:
    selection = SceneSelection[Flat](Options(mode="scenes", end_s=end_s), luma_of)
    list(selection.pick(film(*shot(A), *shot(B))))
    assert selection.ended_at_s == ended_at_s
