"""Which frames are wanted: pure arithmetic, no decoder. Times are exact seconds."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import count
from math import ceil
from typing import Generic, Protocol, TypeVar

from apps.processing.extraction.options import Options


class Timed(Protocol):
    """Anything that is on screen from `time_s` until `end_s`."""

    @property
    def time_s(self) -> Fraction:
        """When it appears."""

    @property
    def end_s(self) -> Fraction:
        """When it is gone."""

    @property
    def is_key(self) -> bool:
        """Whether it can be decoded alone."""


Frame = TypeVar("Frame", bound=Timed)


def wanted_times(options: Options, duration_s: Fraction) -> Iterator[Fraction]:
    """Yield the asked times in order, for the modes interval, count and timestamps.

    Every time is start + k x step, never a running sum, so nothing drifts. The interval goes on
    past `duration_s`, which may be a lie; it ends with the frames.
    """
    start_s, end_s = options.start_s or Fraction(0), options.end_s
    if options.mode == "timestamps":
        times: Iterable[Fraction] = sorted(set(options.timestamps_s))
    elif options.mode == "count":
        total = options.count or 1
        step_s = max(span_s(options, duration_s), Fraction(0)) / total
        times = (start_s + number * step_s for number in range(total if step_s else 0))
    else:
        times = (start_s + number * options.interval_s for number in count())
    for time_s in times:
        if end_s is not None and time_s >= end_s:
            return
        if time_s >= start_s:
            yield time_s


class TimesBefore:
    """Times in order, as far as they come before an end; afterwards `ended_at_s` is that end.

    It is None where no time reached it, or where it is not known.
    """

    def __init__(self, times_s: Iterator[Fraction], end_s: Fraction | None) -> None:
        self._times_s, self._end_s = times_s, end_s
        self.ended_at_s: Fraction | None = None

    def __iter__(self) -> Iterator[Fraction]:
        for time_s in self._times_s:
            if self._end_s is not None and time_s >= self._end_s:
                self.ended_at_s = self._end_s
                return
            yield time_s


def span_s(options: Options, duration_s: Fraction) -> Fraction:
    """Return the seconds between the asked start and the asked or real end; may be negative."""
    end_s = duration_s if options.end_s is None else min(options.end_s, duration_s)
    return end_s - (options.start_s or Fraction(0))


def expected_frames(options: Options, duration_s: Fraction, frames: int) -> int | None:
    """Return how many pictures the options will give, None where only decoding can tell.

    `frames` are the video's, as far as known: a guess gives a guess. It is the most where only
    distinct pictures are wanted. Key frames have to be looked for, in the video.
    """
    if options.mode == "scenes":
        return None
    span = max(span_s(options, duration_s), Fraction(0))
    if options.mode == "interval":
        return ceil(span / options.interval_s)
    if options.mode == "count":
        return (options.count or 1) if span else 0
    if options.mode == "timestamps":
        return sum(time_s < duration_s for time_s in wanted_times(options, duration_s))
    share = span / duration_s if duration_s else Fraction(0)
    return ceil(frames * share / (options.every_nth or 1))


class Selection(Generic[Frame]):
    """Picks the wanted frames from all frames in time order.

    After the iteration `ended_at_s` tells where the frames ran out, or is None where nothing
    more was wanted before that.
    """

    def __init__(self, options: Options, duration_s: Fraction) -> None:
        self._options = options
        self._duration_s = duration_s
        self.ended_at_s: Fraction | None = None

    def pick(self, frames: Iterator[Frame]) -> Iterator[tuple[Fraction, Frame]]:
        """Yield (asked time, frame). A mode without asked times gives the frame's own."""
        if self._options.mode in ("every_nth", "keyframes"):
            return self._pick_by_kind(frames)
        return self._pick_by_time(frames)

    def _pick_by_time(self, frames: Iterator[Frame]) -> Iterator[tuple[Fraction, Frame]]:
        """Give the last frame with time <= t, and the first frame where none is earlier."""
        times = wanted_times(self._options, self._duration_s)
        wanted_s = next(times, None)
        current: Frame | None = None
        while wanted_s is not None:
            upcoming = next(frames, None)
            until_s = self._shown_until(current, upcoming)
            while current is not None and wanted_s is not None and wanted_s < until_s:
                yield wanted_s, current
                wanted_s = next(times, None)
            if upcoming is None:
                self.ended_at_s = until_s
                return
            current = upcoming

    def _pick_by_kind(self, frames: Iterator[Frame]) -> Iterator[tuple[Fraction, Frame]]:
        start_s, end_s = self._options.start_s or Fraction(0), self._options.end_s
        step = self._options.every_nth if self._options.mode == "every_nth" else None
        last: Frame | None = None
        seen = 0
        for frame in frames:
            if end_s is not None and frame.time_s >= end_s:
                return
            last = frame
            if frame.time_s < start_s:
                continue
            if seen % step == 0 if step else frame.is_key:
                yield frame.time_s, frame
            seen += 1
        self.ended_at_s = self._shown_until(last, None)

    @staticmethod
    def _shown_until(current: Frame | None, upcoming: Frame | None) -> Fraction:
        if upcoming is not None:
            return upcoming.time_s
        return current.end_s if current is not None else Fraction(0)
