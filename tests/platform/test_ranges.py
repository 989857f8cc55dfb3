"""The part of an object that a request asks for."""

import pytest

from frameflow.api.ranges import Part, Unsatisfiable, part_of

ETAG = '"abc"'


def wanted(range_: str, if_range: str = "", size_bytes: int = 100) -> Part | None:
    return part_of(size_bytes, range_=range_, if_range=if_range, etag=ETAG)


@pytest.mark.parametrize(
    ("range_", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=10-19", Part(10, 20)),
        ("bytes=90-", Part(90, 100)),
        ("bytes=90-999", Part(90, 100)),
        ("bytes=-1", Part(99, 100)),
        ("bytes=-999", Part(0, 100)),
        ("BYTES=0-0", Part(0, 1)),
    ],
)
def test_a_range_is_cut_to_what_is_there(range_: str, part: Part) -> None:
    assert wanted(range_) == part


@pytest.mark.parametrize(
    "range_",
    ["", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,5-6", "frames=0-1",
     "bytes 0-1", "bytes=0x1-2", "bytes=" + "9" * 5000 + "-", "bytes=٣-٤"],
)  # fmt: skip
def test_a_range_that_is_not_one_single_range_of_bytes_is_ignored(range_: str) -> None:
    assert wanted(range_) is None


@pytest.mark.parametrize("range_", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(range_: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(range_)


@pytest.mark.parametrize("other", ['"xyz"', 'W/"abc"', "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_range_of_another_version_gets_the_whole(other: str) -> None:
    assert wanted("bytes=0-1", if_range=other) is None
    assert wanted("bytes=0-1", if_range=ETAG) == Part(0, 2)


def test_an_empty_object_has_no_first_byte() -> None:
    assert wanted("bytes=-5", size_bytes=0) is None
    with pytest.raises(Unsatisfiable):
        wanted("bytes=0-", size_bytes=0)
