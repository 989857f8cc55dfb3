"""How many packets lie between a key frame and a wanted time: from the index, or by the rate."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from statistics import StatisticsError, linear_regression

from apps.processing.extraction.choosing.grouping import Group
from apps.processing.extraction.opening.opener import Video
from apps.processing.extraction.opening.timing import scan_packets, shown_s
from apps.processing.extraction.options import Limits


@dataclass(frozen=True)
class Job(Group):
    """A group whose times are all known."""

    times_s: Sequence[Fraction]


class Distances:
    """Counts packets of one video."""

    def __init__(self, video: Video) -> None:
        self._video = video
        self._frame_s = shown_s(video, None)
        # Decoding times; they begin earlier than the presentation where pictures are reordered.
        is_whole = video.demuxer == "mov"
        self._places = [each.timestamp for each in video.stream.index_entries] if is_whole else []
        begin = video.stream.start_time or 0
        self._earlier = begin - self._places[0] if self._places else 0

    def packets(self, job: Job) -> float:
        """Return how many packets lie between its key frame and its last time."""
        first, latest = self._video.ticks_at(job.times_s[0]), self._video.ticks_at(job.times_s[-1])
        begins = job.begins or [self._video.ticks_at(Fraction(0))]
        # A key frame that is decoded before the time may be shown after it.
        usable = (begin for begin in begins if self._between(begin, first) >= 1)
        return max(self._between(next(usable, begins[0]), latest), 1)

    def _between(self, begin: int, latest: int) -> float:
        if self._places:
            first = bisect_left(self._places, begin)
            return bisect_right(self._places, latest - self._earlier) - first
        return float((latest - begin) * self._video.time_base / self._frame_s) + 1


def trend(seen: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Return what is decoded for each wanted time, and for each packet between.

    `seen` has for single times the packets between and those decoded: a line through them. AV1
    needs a few for each time, however far its key frame is; the others a share of all.
    """
    between, decoded = [each for each, _ in seen], [each for _, each in seen]
    with suppress(StatisticsError):  # one point, or all at one distance
        line = linear_regression(between, decoded)
        if min(line) >= 0:
            return line.intercept, line.slope
    return 0.0, sum(decoded) / max(sum(between), 1)


def scanned_keyframes(video: Video, limits: Limits) -> Sequence[int]:
    """Return the times of the key frames of a file without an index: its packets are read once."""
    found = (packet.pts for packet in scan_packets(video, limits) if packet.is_keyframe)
    return sorted({pts for pts in found if pts is not None})
