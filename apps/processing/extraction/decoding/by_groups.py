"""The cheap way: groups of wanted times, each decoded from its key frame, by several threads."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from apps.processing.extraction.choosing.grouping import Group, groups
from apps.processing.extraction.choosing.selection import TimesBefore, wanted_times
from apps.processing.extraction.decoding.beginning import Beginning
from apps.processing.extraction.decoding.counting import every_nth_times
from apps.processing.extraction.decoding.crew import Crew
from apps.processing.extraction.decoding.emission import Emission
from apps.processing.extraction.decoding.group_decoding import GroupDecoder
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import EncodedPicture, PictureEncoder
from apps.processing.extraction.results import VideoFacts
from apps.processing.extraction.surveying.describing import pictures_end_s
from apps.processing.extraction.surveying.indexing import keyframe_ticks
from apps.processing.extraction.surveying.prefetching import expect_all, expected_groups

#: Each has a decoder of its own, with its pictures in memory.
MOST_THREADS: Final = 4
MODES_WITH_TIMES: Final = frozenset({"interval", "count", "timestamps", "every_nth"})


@dataclass(frozen=True)
class Found:
    """One wanted picture, encoded."""

    asked_s: Fraction
    time_s: Fraction
    picture: EncodedPicture


@dataclass(frozen=True)
class Ended:
    """A group is done; `at_s` is where the pictures ran out, None where more come."""

    at_s: Fraction | None
    packets_decoded: int


Item: TypeAlias = Found | Ended


class GroupWay:
    """Gives out the wanted pictures of a video; raises Doubt where it should go in sequence."""

    def __init__(self, video: Video, facts: VideoFacts, options: Options, limits: Limits) -> None:
        self._video, self._facts, self._options, self._limits = video, facts, options, limits
        self.packets_decoded = 0

    def emit(self, first: Beginning, emission: Emission) -> Fraction | None:
        """Give out the pictures; returns where they ran out, None where more came.

        `first` is what is kept of the first frame of sequential decoding. A Doubt comes before the
        first picture that could be wrong.
        """
        if self._video.demuxer == "avi" or self._options.mode not in MODES_WITH_TIMES:
            raise Doubt("there is no cheaper way")
        times_s, counted_end_s = self.times(first)
        keyframes = keyframe_ticks(self._video, self._limits)
        end_s = counted_end_s or self._end_s(keyframes)
        wanted = TimesBefore(times_s, end_s)
        crew = Crew[Group, Item](
            self._groups(iter(wanted), keyframes, end_s), lambda: self._hire(first)
        )
        ended_at_s = None
        threads = min(self._limits.threads, MOST_THREADS) if keyframes else 1
        for item in crew.results(threads):
            if ended_at_s is not None:
                raise Doubt("the pictures end before the index does")
            if isinstance(item, Found):
                emission.give(item.asked_s, item.time_s, item.picture)
                continue
            self.packets_decoded += item.packets_decoded
            if item.at_s != end_s:
                ended_at_s = item.at_s
        if self._options.mode == "every_nth":
            return counted_end_s
        return ended_at_s or wanted.ended_at_s

    def times(self, first: Beginning) -> tuple[Iterator[Fraction], Fraction | None]:
        """Return the wanted times, and where the pictures run out as far as that is known."""
        if self._options.mode == "every_nth":
            return every_nth_times(self._video, first.time_s, self._options, self._limits)
        return wanted_times(self._options, self._facts.duration_s), None

    def _end_s(self, keyframes: Sequence[int]) -> Fraction | None:
        """Return where the pictures run out, if that can be known before they are read."""
        return pictures_end_s(self._video, keyframes[-1], self._limits) if keyframes else None

    def _groups(
        self, times_s: Iterator[Fraction], keyframes: Sequence[int], end_s: Fraction | None
    ) -> Iterator[Group]:
        """Yield the groups; where the end is known it bounds the last as a key frame would."""
        ticks_at = self._video.ticks_at
        bounds = [*keyframes, ticks_at(end_s) + 1] if keyframes and end_s else keyframes
        found = groups(times_s, bounds, ticks_at)
        if keyframes and self._video.demuxer == "mov":
            return expected_groups(self._video, found)
        expect_all(self._video.source)
        return found

    @contextmanager
    def _hire(self, first: Beginning) -> Iterator[Callable[[Group], Iterator[Item]]]:
        """Equip a thread: a container, a decoder and an encoder of its own."""
        latest_s = (self._options.start_s or 0) + self._limits.max_duration_s
        pictures = PictureEncoder(self._options, self._limits)
        with self._doubting(), open_video(self._video.source, self._limits) as video:
            decoder = GroupDecoder(video, first, Fraction(latest_s), self._limits)

            def do(group: Group) -> Iterator[Item]:
                before = decoder.packets_decoded
                for asked_s, frame in decoder.frames(group):
                    picture = pictures.encode(frame.picture, self._facts)
                    yield Found(asked_s, frame.time_s, picture)
                pictures.forget()
                yield Ended(decoder.ended_at_s, decoder.packets_decoded - before)

            yield do

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """Leave it to sequential decoding to say what is wrong."""
        try:
            yield
        except (MemoryError, Refused) as error:
            raise Doubt(str(error)) from error
