"""When two pictures look the same: arithmetic on brightness alone."""

import pytest

from apps.processing.extraction.choosing.likeness import (
    largest_difference,
    look_the_same,
    mean_difference,
)

SIZE = 64 * 36
GREY = bytes([100]) * SIZE


def with_parts(parts: int, by: int) -> bytes:
    """Return the grey picture with some parts brighter."""
    return bytes([100 + by]) * parts + GREY[parts:]


def test_differences_are_absolute_levels() -> None:
    assert mean_difference(b"\x00\xff", b"\xff\x00") == 255
    assert mean_difference(b"\x0a\x14", b"\x0b\x12") == 1.5
    assert largest_difference(b"\x0a\x14", b"\x0b\x12") == 2


def test_a_picture_looks_like_itself() -> None:
    assert look_the_same(GREY, GREY)


@pytest.mark.parametrize(("by", "same"), [(1, True), (2, True), (4, False), (10, False)])
def test_a_change_of_everything_is_seen_where_it_is_more_than_grain(by: int, same: bool) -> None:
    assert look_the_same(GREY, with_parts(SIZE, by)) is same


@pytest.mark.parametrize(("by", "same"), [(5, True), (10, True), (20, False), (60, False)])
def test_a_small_thing_that_moves_is_seen_where_it_is_more_than_grain(by: int, same: bool) -> None:
    assert look_the_same(GREY, with_parts(1, by)) is same
    assert look_the_same(with_parts(1, by), GREY) is same


def test_a_change_is_seen_in_the_mean_before_any_part_is_far_off() -> None:
    assert largest_difference(GREY, with_parts(SIZE // 2, 8)) == 8
    assert not look_the_same(GREY, with_parts(SIZE // 2, 8))
