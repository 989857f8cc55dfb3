"""Decodes only what the wanted frames of a group need: the same pixels for less work."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from av.video.frame import VideoFrame

from apps.processing.extraction.choosing.grouping import Group
from apps.processing.extraction.decoding.asked_pictures import AskedPictures
from apps.processing.extraction.decoding.beginning import Beginning
from apps.processing.extraction.decoding.decoding import DecodedFrame
from apps.processing.extraction.decoding.reading import Reader
from apps.processing.extraction.opening.doubts import Doubt, ticks_of
from apps.processing.extraction.opening.opener import Video
from apps.processing.extraction.opening.timing import shown_s
from apps.processing.extraction.options import Limits
from apps.processing.extraction.pictures.frame_colours import tags_of


class GroupDecoder:
    """Decodes groups from a container of its own, one after the other.

    `first` is what is kept of the first frame of sequential decoding, the answer to every time
    before it. Raises Doubt wherever sequential decoding could give something else.
    """

    def __init__(self, video: Video, first: Beginning, latest_s: Fraction, limits: Limits) -> None:
        self._video, self._first = video, first
        self._reader = Reader(video, video.ticks_at(latest_s))
        self._pictures = AskedPictures(video, self._reader, limits)
        self.ended_at_s: Fraction | None = None

    @property
    def packets_decoded(self) -> int:
        """Return how many packets the decoder was given so far."""
        return self._pictures.packets_decoded

    def frames(self, group: Group) -> Iterator[tuple[Fraction, DecodedFrame]]:
        """Yield (asked time, frame) in order of time.

        Afterwards `ended_at_s` tells where the pictures ran out, or is None where more came.
        """
        with self._pictures.watching():
            is_begun = False
            for time_s, has_more in _with_more(group.times_s):
                ticks = self._video.ticks_at(max(time_s, self._first.time_s))
                if not is_begun:
                    self._reader.begin(group.begins, ticks)
                    is_begun = True
                if self._reader.read_to(ticks):
                    yield from self._as_frames(self._pictures.drain())
                self.ended_at_s = self._end_s(ticks)
                if self.ended_at_s is not None and time_s >= self.ended_at_s:
                    break
                yield from self._frames_for(time_s, ticks, has_more=has_more)
            yield from self._as_frames(self._pictures.drain())

    def _end_s(self, ticks: int) -> Fraction | None:
        """Return where the pictures end, if the one on screen is the last."""
        last = self._reader.last
        if not self._reader.is_last(ticks):
            return None
        if last is None:
            raise Doubt("no picture")
        return self._video.time_s(ticks_of(last)) + shown_s(self._video, last.duration)

    def _frames_for(
        self, time_s: Fraction, ticks: int, *, has_more: bool
    ) -> Iterator[tuple[Fraction, DecodedFrame]]:
        """Ask for the frame at a time; yield those that are ready by now."""
        shown = self._reader.shown_at(ticks)
        if shown is None or self._reader.start is None:
            raise Doubt("no start before a wanted frame")
        self._pictures.ask(time_s, ticks, shown, has_more=has_more)
        yield from self._as_frames(self._pictures.ready())

    def _as_frames(
        self, pictures: Iterator[tuple[Fraction, int, VideoFrame]]
    ) -> Iterator[tuple[Fraction, DecodedFrame]]:
        for asked_s, ticks, picture in pictures:
            if tags_of(picture) != self._first.tags:
                # A part without tags has those of whatever this decoder saw before it.
                raise Doubt("the colours change")
            time_s = self._video.time_s(ticks)
            end_s = time_s + shown_s(self._video, picture.duration)
            yield asked_s, DecodedFrame(time_s, end_s, picture.key_frame, picture)


def _with_more(times_s: Iterable[Fraction]) -> Iterator[tuple[Fraction, bool]]:
    """Yield each time, and whether another follows."""
    coming = iter(times_s)
    time_s = next(coming, None)
    while time_s is not None:
        upcoming = next(coming, None)
        yield time_s, upcoming is not None
        time_s = upcoming
