"""Which frames are wanted, for any grid and any frames."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.processing.extraction import Options
from apps.processing.extraction.choosing.selection import Selection, expected_frames, wanted_times


@dataclass(frozen=True)
class Still:
    time_s: Fraction
    end_s: Fraction
    is_key: bool = False


def film(times_s: list[Fraction], last_s: Fraction = Fraction(1, 25)) -> list[Still]:
    edges = [*times_s, times_s[-1] + last_s]
    return [Still(start, end, i % 10 == 0) for i, (start, end) in enumerate(pairwise(edges))]


def picked(options: Options, frames: list[Still]) -> list[tuple[Fraction, Still]]:
    return list(Selection[Still](options, frames[-1].end_s).pick(iter(frames)))


moments = st.fractions(min_value=0, max_value=20, max_denominator=1001)
films = st.lists(moments, min_size=1, max_size=40, unique=True).map(sorted).map(film)
intervals = st.fractions(min_value=Fraction(1, 10), max_value=7, max_denominator=1001)


@settings(max_examples=40)
@given(films, intervals)
def test_the_frame_at_t_is_the_last_that_is_not_later_and_the_first_where_none_is(
    frames: list[Still], interval_s: Fraction
) -> None:
    for asked_s, frame in picked(Options(interval_s=interval_s), frames):
        earlier = [still for still in frames if still.time_s <= asked_s]
        assert frame == (earlier[-1] if earlier else frames[0])


@settings(max_examples=40)
@given(films, intervals)
def test_every_step_of_the_grid_before_the_end_gives_exactly_one_picture(
    frames: list[Still], interval_s: Fraction
) -> None:
    asked = [asked_s for asked_s, _ in picked(Options(interval_s=interval_s), frames)]
    assert asked == [k * interval_s for k in range(len(asked))]
    assert len(asked) * interval_s >= frames[-1].end_s
    assert len(asked) == expected_frames(Options(interval_s=interval_s), frames[-1].end_s, 0)


@settings(max_examples=40)
@given(films, st.integers(min_value=1, max_value=50))
def test_a_count_gives_that_many_pictures(frames: list[Still], count: int) -> None:
    options = Options(mode="count", count=count)
    assert len(picked(options, frames)) == count
    assert expected_frames(options, frames[-1].end_s, 0) == count


@settings(max_examples=40)
@given(films, moments, moments)
def test_a_range_keeps_its_start_and_leaves_out_its_end(
    frames: list[Still], one_s: Fraction, other_s: Fraction
) -> None:
    start_s, end_s = min(one_s, other_s), max(one_s, other_s) + 1
    options = Options(interval_s=Fraction(1, 2), start_s=start_s, end_s=end_s)
    for asked_s, _ in picked(options, frames):
        assert start_s <= asked_s < end_s


def test_ten_thousand_steps_of_a_tenth_do_not_drift() -> None:
    times = wanted_times(Options(interval_s=Fraction(1, 10)), Fraction(5))
    assert next(islice(times, 10_000, None)) == 1000


def test_asked_times_are_given_once_and_in_order() -> None:
    options = Options(mode="timestamps", timestamps_s=(Fraction(2), Fraction(1), Fraction(2)))
    assert list(wanted_times(options, Fraction(9))) == [1, 2]


def test_asked_times_outside_the_range_are_not_given() -> None:
    times = tuple(map(Fraction, range(4)))
    options = Options(mode="timestamps", timestamps_s=times, start_s=times[1], end_s=times[3])
    assert list(wanted_times(options, Fraction(9))) == [1, 2]
    assert expected_frames(options, Fraction(9), 0) == 2


def test_every_third_frame_counts_from_the_start_of_the_range() -> None:
    frames = film([Fraction(i) for i in range(10)])
    options = Options(mode="every_nth", every_nth=3, start_s=Fraction(2))
    assert [asked_s for asked_s, _ in picked(options, frames)] == [2, 5, 8]


def test_nothing_is_decoded_after_the_last_wanted_frame() -> None:
    frames = iter(film([Fraction(i) for i in range(100)]))
    options = Options(mode="timestamps", timestamps_s=(Fraction(3),))
    selection = Selection[Still](options, Fraction(100))
    assert len(list(selection.pick(frames))) == 1
    assert next(frames).time_s == 5
    assert selection.ended_at_s is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "cuts"},
        {"mode": "count"},
        {"interval_s": Fraction(0)},
        {"mode": "every_nth", "every_nth": -1},
        {"start_s": Fraction(3), "end_s": Fraction(3)},
        {"quality": 0},
        {"image_format": "bmp"},
        {"max_side_px": 8},
    ],
)
def test_options_that_contradict_themselves_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Options(**wrong)  # type: ignore[arg-type]
