"""The sure way: everything is decoded from the start, and the wanted pictures are picked."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from apps.processing.extraction.choosing.scenes import SceneSelection
from apps.processing.extraction.choosing.selection import Selection
from apps.processing.extraction.decoding.decoding import DecodedFrame, Decoder
from apps.processing.extraction.decoding.emission import Emission
from apps.processing.extraction.decoding.notices import Notices
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.opening.source import Source
from apps.processing.extraction.opening.timing import clock_for
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import PictureEncoder
from apps.processing.extraction.pictures.small_luma import LumaReducer
from apps.processing.extraction.results import VideoFacts
from apps.processing.extraction.surveying.describing import (
    described_keys,
    key_packets,
    pictures_end_s,
)
from apps.processing.extraction.surveying.prefetching import expect_all

KEYFRAMES, SEQUENTIAL = "keyframes", "sequential"


class SequentialWay:
    """Decodes with a container of its own each time: an open decoder keeps its pictures."""

    def __init__(self, source: Source, options: Options, limits: Limits, notices: Notices) -> None:
        self._source, self._options, self._limits = source, options, limits
        self._notices = notices
        self.packets_decoded = 0
        self.is_damaged = False
        self.is_cut_off = False
        self._keys_end_s: Fraction | None = None

    def first(self) -> DecodedFrame:
        """Return the first frame; afterwards `is_damaged` tells whether it can be believed.

        Raises Refused: unreadable where there is none.
        """
        notices = Notices()
        with self._decoder(notices) as decoder:
            first = first_of(decoder.frames())
            self.is_damaged = decoder.is_damaged or bool(notices.all())
            return first

    def emit(self, facts: VideoFacts, emission: Emission) -> tuple[str, Fraction | None]:
        """Give out what is not out yet; returns the path, and where the pictures ran out or None.

        Afterwards `is_cut_off` tells whether the file ends inside a picture.
        """
        with self._decoder(self._notices) as decoder:
            if self._keys_end_s is None:
                expect_all(self._source)
            ended_at_s = self._pick(decoder.frames(), facts, emission)
            self.is_cut_off = decoder.is_cut_off
            if decoder.only_keys:  # what lies between them was not decoded
                return KEYFRAMES, ended_at_s and (self._keys_end_s or decoder.read_until_s)
            return SEQUENTIAL, ended_at_s

    def _pick(
        self, frames: Iterator[DecodedFrame], facts: VideoFacts, emission: Emission
    ) -> Fraction | None:
        pictures = PictureEncoder(self._options, self._limits)
        selection = self._selection(facts)
        for asked_s, frame in selection.pick(frames):
            if not emission.has(asked_s):
                picture = pictures.encode(frame.picture, facts)
                emission.give(asked_s, frame.time_s, picture)
        return selection.ended_at_s

    def _selection(
        self, facts: VideoFacts
    ) -> Selection[DecodedFrame] | SceneSelection[DecodedFrame]:
        if self._options.mode != "scenes":
            return Selection(self._options, facts.duration_s)
        reducer = LumaReducer(sampled=True)
        return SceneSelection(self._options, lambda frame: reducer.reduce(frame.picture))

    @contextmanager
    def _decoder(self, notices: Notices) -> Iterator[Decoder]:
        with open_video(self._source, self._limits) as video:
            clock = clock_for(video, self._limits)
            decoder = Decoder(video, clock, self._options, self._limits, notices)
            if decoder.only_keys:
                self._skip_to_keys(video, decoder)
            yield decoder
            self.packets_decoded += decoder.packets_decoded

    def _skip_to_keys(self, video: Video, decoder: Decoder) -> None:
        """Read no other packets, where the places of the key frames and the end are known."""
        keyframes = described_keys(video, self._limits)
        if keyframes:
            self._keys_end_s = pictures_end_s(video, keyframes[-1], self._limits)
        if self._keys_end_s is not None:
            decoder.packets = key_packets(video, keyframes)


def first_of(frames: Iterator[DecodedFrame]) -> DecodedFrame:
    """Return the first frame; raises Refused (unreadable) where there is none."""
    first = next(frames, None)
    if first is None:
        raise Refused("unreadable", "no picture could be decoded")
    return first
