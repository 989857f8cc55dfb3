"""Numbers in words."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from frameflow.pages import formats


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 KB"),
        (44_346, "44.3 KB"),
        (740_000, "740 KB"),
        (999_960, "1 MB"),
        (26_800_000, "26.8 MB"),
        (100_000_000, "100 MB"),
        (10_000_000_000, "10 GB"),
        (2_500_000_000_000, "2.5 TB"),
        (None, ""),
    ],
)
def test_sizes_are_decimal_and_short(size_bytes: int | None, words: str) -> None:
    assert spaced(formats.size_in_words(size_bytes)) == words


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [
        (0.42, "0.4 s"),
        (9.5, "9.5 s"),
        (25, "25 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h 0 min"),
        (3725, "1 h 2 min"),
        (None, ""),
    ],
)
def test_durations_have_two_units_at_most(duration_s: float | None, words: str) -> None:
    assert spaced(formats.duration_in_words(duration_s)) == words


@pytest.mark.parametrize(
    ("eta_s", "words"),
    [
        (0, "about 5 s"),
        (-3, "about 5 s"),
        (12, "about 10 s"),
        (58, "about 1 minute"),
        (200, "about 3 minutes"),
        (None, ""),
    ],
)
def test_what_remains_is_rounded_and_never_negative(eta_s: float | None, words: str) -> None:
    assert formats.remaining_in_words(eta_s) == words


@pytest.mark.parametrize(
    ("at_s", "words"), [(0, "00:00:00"), (2.5, "00:00:02.500"), (3661, "01:01:01"), (None, "")]
)
def test_a_moment_is_written_as_in_the_zip(at_s: float | None, words: str) -> None:
    assert formats.clock(at_s) == words


@pytest.mark.parametrize("text", ["0", "90", "1:30", "1:02:03.5", "99:59", "0.125"])
def test_a_moment_that_was_written_is_read_as_the_same_moment(text: str) -> None:
    seconds = formats.seconds_of_clock(text)
    assert seconds is not None
    assert formats.seconds_of_clock(formats.clock(float(seconds))) == seconds


def test_the_age_of_a_thing_has_one_unit() -> None:
    now = timezone.now()
    assert formats.ago_in_words(now) == "now"
    assert spaced(formats.ago_in_words(now - timedelta(days=3, hours=5))) == "3 days ago"


def test_a_brazilian_reads_the_decimal_comma() -> None:
    with translation.override("pt-br"):
        assert spaced(formats.size_in_words(26_800_000)) == "26,8 MB"
