"""Decodes only what the wanted frames of a group need: the same pixels for less work."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

import av
from av.logging import Capture
from av.video.frame import VideoFrame

from apps.processing.extraction.av1_reducing import Av1Reducer
from apps.processing.extraction.decoding import DecodedFrame
from apps.processing.extraction.doubts import Doubt, ticks_of
from apps.processing.extraction.grouping import Group
from apps.processing.extraction.opener import Video, check_pixels, codec_name
from apps.processing.extraction.options import Limits
from apps.processing.extraction.reading import Reader
from apps.processing.extraction.starting import Start
from apps.processing.extraction.timing import VideoPacket, shown_s

#: Their decoders can leave out pictures that no other refers to, without any change to the rest.
SKIPPING: Final = frozenset({"h264", "hevc", "mpeg2video"})
#: H.264 says so when a picture is to be forgotten that was never seen.
FORGETTING: Final = "mmco: unref short failure"


class GroupDecoder:
    """Decodes groups from a container of its own, one after the other.

    `first` is the first frame of sequential decoding: the answer to every time before it.
    Raises Doubt wherever sequential decoding could give something else.
    """

    def __init__(
        self, video: Video, first: DecodedFrame, latest_s: Fraction, limits: Limits
    ) -> None:
        self._video, self._first, self._limits = video, first, limits
        self._decoder = video.stream.codec_context
        codec = codec_name(video.stream)
        self._can_skip = codec in SKIPPING
        self._reducer = Av1Reducer(self._decoder.extradata) if codec == "av1" else None
        self._reader = Reader(video, video.ticks_at(latest_s))
        self._errors: list[tuple[int, str, str]] = []
        self._asked: deque[tuple[Fraction, int]] = deque()
        self._decoded: dict[int, VideoFrame] = {}
        self._newest: int | None = None
        self._resolved = 0
        self._has_more = True
        self.packets_decoded = 0
        self.ended_at_s: Fraction | None = None

    def frames(self, group: Group) -> Iterator[tuple[Fraction, DecodedFrame]]:
        """Yield (asked time, frame) in order of time.

        Afterwards `ended_at_s` tells where the pictures ran out, or is None where more came.
        """
        with Capture() as self._errors:
            yield from self._frames(group)

    def _frames(self, group: Group) -> Iterator[tuple[Fraction, DecodedFrame]]:
        is_begun = False
        for time_s, self._has_more in _with_more(group.times_s):
            self._resolved = self._video.ticks_at(time_s)
            if not is_begun:
                self._reader.begin(group.begins, self._resolved)
                is_begun = True
            if self._reader.read_to(self._resolved):
                yield from self._drain()
            self.ended_at_s = self._end_s()
            if self.ended_at_s is not None and time_s >= self.ended_at_s:
                break
            yield from self._frame_at(time_s)
        yield from self._drain()

    def _end_s(self) -> Fraction | None:
        """Return where the pictures end, if the one on screen is the last."""
        last = self._reader.last
        if not self._reader.is_last(self._resolved):
            return None
        if last is None:
            raise Doubt("no picture")
        return self._video.time_s(ticks_of(last)) + shown_s(self._video, last.duration)

    def _frame_at(self, time_s: Fraction) -> Iterator[tuple[Fraction, DecodedFrame]]:
        shown = self._reader.shown_at(self._resolved)
        if time_s < self._first.time_s:
            yield time_s, self._first
        elif shown is None or self._reader.start is None:
            raise Doubt("no start before a wanted frame")
        else:
            self._asked.append((time_s, shown))
            self._decode_to(shown)
            yield from self._ready()

    def _decode_to(self, shown: int) -> None:
        """Decode what stands before a packet, and it, unless that is done."""
        if not any(ticks_of(packet) == shown for packet in self._reader.waiting):
            return
        for packet in self._reduced(self._taken_to(shown)):
            is_wanted = self._is_wanted(ticks_of(packet))
            if is_wanted or not self._can_skip or not packet.is_disposable:
                self._decode(packet, is_wanted=is_wanted)

    def _taken_to(self, shown: int) -> list[VideoPacket]:
        packets = [self._reader.take()]
        while ticks_of(packets[-1]) != shown:
            packets.append(self._reader.take())
        return packets

    def _reduced(self, packets: list[VideoPacket]) -> Sequence[VideoPacket]:
        if self._reducer is None:
            return packets
        return self._reducer.reduce(
            packets,
            lambda packet: self._is_wanted(ticks_of(packet)),
            may_continue=self._has_more,
        )

    def _is_wanted(self, ticks: int) -> bool:
        """Tell whether a picture is asked for, or may be by a time that comes later."""
        return ticks > self._resolved or any(ticks == asked for _, asked in self._asked)

    def _decode(self, packet: "VideoPacket | None", *, is_wanted: bool) -> None:
        if self._can_skip:
            self._decoder.skip_frame = "DEFAULT" if is_wanted else "NONREF"
        if packet is not None:
            self.packets_decoded += 1
        before = len(self._errors)
        try:
            pictures = self._video.stream.decode(packet)
        except MemoryError:
            raise
        except (EOFError, av.FFmpegError) as error:
            raise Doubt("a part could not be decoded") from error
        self._forgive(packet, before)
        for picture in pictures:
            self._keep(picture)

    def _forgive(self, packet: "VideoPacket | None", before: int) -> None:
        """Forget new errors that follow from an open start: no wanted picture refers over it."""
        if self._reader.start is not Start.OPEN or packet is None:
            return
        is_leading = ticks_of(packet) < self._reader.start_ticks
        new = [] if is_leading else self._errors[before:]
        self._errors[before:] = [error for error in new if FORGETTING not in error[2]]

    def _keep(self, picture: VideoFrame) -> None:
        ticks = picture.pts
        if ticks is None or (self._newest is not None and ticks <= self._newest):
            raise Doubt("the pictures do not come in order")
        self._newest = ticks
        if self._is_wanted(ticks):
            check_pixels(picture.width, picture.height, self._limits)
            self._decoded[ticks] = picture

    def _ready(self) -> Iterator[tuple[Fraction, DecodedFrame]]:
        """Yield the asked frames that are decoded."""
        if self._errors:
            raise Doubt(self._errors[0][2])
        while self._asked and self._asked[0][1] in self._decoded:
            time_s, ticks = self._asked.popleft()
            for older in [each for each in self._decoded if each < ticks]:
                del self._decoded[older]
            yield time_s, self._frame(self._decoded[ticks], ticks)

    def _frame(self, picture: VideoFrame, ticks: int) -> DecodedFrame:
        time_s = self._video.time_s(ticks)
        end_s = time_s + shown_s(self._video, picture.duration)
        return DecodedFrame(time_s, end_s, picture.key_frame, picture)

    def _drain(self) -> Iterator[tuple[Fraction, DecodedFrame]]:
        """Take what the decoder holds back, and make it forget what it has seen."""
        self._decode(None, is_wanted=True)
        yield from self._ready()
        if self._asked:
            raise Doubt("a wanted frame did not come out")
        self._decoder.flush_buffers()
        self._decoded.clear()
        self._newest = None
        if self._reducer is not None:
            self._reducer.restart()


def _with_more(times_s: Iterable[Fraction]) -> Iterator[tuple[Fraction, bool]]:
    """Yield each time, and whether another follows."""
    coming = iter(times_s)
    time_s = next(coming, None)
    while time_s is not None:
        upcoming = next(coming, None)
        yield time_s, upcoming is not None
        time_s = upcoming
