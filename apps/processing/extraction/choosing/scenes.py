"""Where a new scene begins: pure arithmetic on reduced luma, no decoder. Times are exact seconds.

A cut is a change between two frames that is large, and stands out from the changes around it: a
fast pan or a fade changes every frame alike. (PySceneDetect's adaptive detector judges so too.)
What follows a cut has to last, and to stay unlike the picture before it: a flash does neither.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, dropwhile
from typing import Final, Generic

from apps.processing.extraction.choosing.likeness import mean_difference
from apps.processing.extraction.choosing.selection import Frame
from apps.processing.extraction.options import Options

#: Levels of 255 by which the frames on both sides of a cut differ at least, on average.
CUT_MEAN: Final = 10.0
#: A cut changes at least so many times as much as the frames around it do on average.
CUT_RATIO: Final = 3.0
AROUND_S: Final = Fraction(1, 10)
#: What is over sooner is no scene, so two are as far apart.
SHORTEST_S: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Change(Generic[Frame]):
    """What a frame changes, in levels; the frame itself only where it may begin a scene."""

    time_s: Fraction
    levels: float
    luma_before: bytes
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Cut(Generic[Frame]):
    """A frame that may begin a scene, and the picture that it has to stay unlike."""

    frame: Frame
    luma_before: bytes


class SceneSelection(Generic[Frame]):
    """Picks the first frame of the range, and that of each scene that begins in it.

    `luma_of` gives a frame's reduced luma. After the iteration `ended_at_s` tells where the frames
    ran out, or is None where the range ended before that.
    """

    def __init__(self, options: Options, luma_of: Callable[[Frame], bytes]) -> None:
        self._start_s = options.start_s or Fraction(0)
        self._end_s = options.end_s
        self._luma_of = luma_of
        self.ended_at_s: Fraction | None = None

    def pick(self, frames: Iterator[Frame]) -> Iterator[tuple[Fraction, Frame]]:
        """Yield (time, frame) in order of time."""
        coming = dropwhile(lambda frame: frame.time_s < self._start_s, self._noting_end(frames))
        first = next(coming, None)
        if first is not None and not self._is_past(first.time_s):
            yield first.time_s, first
            for frame in self._scenes(with_verdicts(self._changes(first, coming))):
                yield frame.time_s, frame

    def _is_past(self, time_s: Fraction) -> bool:
        return self._end_s is not None and time_s >= self._end_s

    def _noting_end(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        last: Frame | None = None
        for frame in frames:
            last = frame
            yield frame
        if last is None or not self._is_past(last.time_s):
            self.ended_at_s = Fraction(0) if last is None else last.end_s

    def _changes(self, first: Frame, frames: Iterator[Frame]) -> Iterator[Change[Frame]]:
        """Yield what each frame changes, and at the end of the last one that nothing does."""
        before, end_s = self._luma_of(first), first.end_s
        for frame in frames:
            luma = self._luma_of(frame)
            levels = mean_difference(before, luma)
            yield Change(frame.time_s, levels, before, frame if levels >= CUT_MEAN else None)
            before, end_s = luma, frame.end_s
        yield Change(end_s, 0.0, before)

    def _scenes(self, changes: Iterable[tuple[Change[Frame], bool]]) -> Iterator[Frame]:
        """Yield the frames of cuts that prove to be scenes, by what comes after each."""
        cut: Cut[Frame] | None = None
        for change, cuts in changes:
            if cut is not None and change.time_s - cut.frame.time_s >= SHORTEST_S:
                if mean_difference(cut.luma_before, change.luma_before) >= CUT_MEAN:
                    yield cut.frame
                cut = None
            if cuts and change.frame is not None:
                # The scene before was none: this one is compared with what was there before it.
                cut = Cut(change.frame, cut.luma_before if cut else change.luma_before)
            if self._is_past(change.time_s if cut is None else cut.frame.time_s):
                return


def with_verdicts(changes: Iterator[Change[Frame]]) -> Iterator[tuple[Change[Frame], bool]]:
    """Yield each change, and whether it is that of a cut."""
    coming: deque[Change[Frame]] = deque()
    before: deque[tuple[Fraction, float]] = deque()
    for newest in chain(changes, [None]):
        while coming and (newest is None or newest.time_s - coming[0].time_s > AROUND_S):
            change = coming.popleft()
            while before and change.time_s - before[0][0] > AROUND_S:
                before.popleft()
            around = [levels for _, levels in before] + [later.levels for later in coming]
            yield change, is_cut(change.levels, around)
            before.append((change.time_s, change.levels))
        if newest is not None:
            coming.append(newest)


def is_cut(levels: float, around: Sequence[float]) -> bool:
    """Tell whether a change is a cut, from the changes around it."""
    return levels >= CUT_MEAN and levels * len(around) >= CUT_RATIO * sum(around)
