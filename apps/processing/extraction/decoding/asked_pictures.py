"""The pictures that are asked of a decoder, out of all that it gives while it is fed packets."""

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import av
from av.logging import Capture
from av.video.frame import VideoFrame

from apps.processing.extraction.decoding.av1_reducing import Av1Reducer
from apps.processing.extraction.decoding.reading import Reader
from apps.processing.extraction.opening.doubts import Doubt, ticks_of
from apps.processing.extraction.opening.opener import Video, check_pixels, codec_name
from apps.processing.extraction.opening.starting import Start
from apps.processing.extraction.opening.timing import VideoPacket
from apps.processing.extraction.options import Limits

#: Their decoders can leave out pictures that no other refers to, without any change to the rest.
SKIPPING: Final = frozenset({"h264", "hevc", "mpeg2video"})
#: H.264 says so when a picture is to be forgotten that was never seen.
FORGETTING: Final = "mmco: unref short failure"


class AskedPictures:
    """Feeds a decoder from a reader; raises Doubt where a picture could be wrong or is missing.

    Ask in order of time. Errors of FFmpeg are seen while `watching` is entered, in this thread.
    """

    def __init__(self, video: Video, reader: Reader, limits: Limits) -> None:
        self._stream, self._decoder = video.stream, video.stream.codec_context
        self._reader, self._limits = reader, limits
        codec = codec_name(video.stream)
        self._can_skip = codec in SKIPPING
        self._reducer = Av1Reducer(self._decoder.extradata) if codec == "av1" else None
        self._asked: deque[tuple[Fraction, int]] = deque()
        self._decoded: dict[int, VideoFrame] = {}
        self._newest: int | None = None
        self._resolved = 0
        self._errors: list[tuple[int, str, str]] = []
        self.packets_decoded = 0

    def watching(self) -> Capture:
        """Return what notes the errors that FFmpeg only logs before it goes on with a guess."""
        watch = Capture()
        self._errors = watch.logs
        return watch

    def ask(self, time_s: Fraction, until: int, shown: int, *, has_more: bool) -> None:
        """Ask for the picture at tick `shown`, the last one that is not later than tick `until`.

        `has_more`: other times follow, so that what they may refer to has to be decoded too.
        """
        self._resolved = until
        self._asked.append((time_s, shown))
        if any(ticks_of(packet) == shown for packet in self._reader.waiting):
            self._feed(self._taken_to(shown), has_more=has_more)

    def _taken_to(self, shown: int) -> list[VideoPacket]:
        packets = [self._reader.take()]
        while ticks_of(packets[-1]) != shown:
            packets.append(self._reader.take())
        return packets

    def _feed(self, packets: Sequence[VideoPacket], *, has_more: bool) -> None:
        if self._reducer is not None:
            packets = self._reducer.reduce(packets, self._is_wanted, may_continue=has_more)
        for packet in packets:
            is_wanted = self._is_wanted(ticks_of(packet))
            if is_wanted or not self._can_skip or not packet.is_disposable:
                self._decode(packet, is_wanted=is_wanted)

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
            pictures = self._stream.decode(packet)
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
        if picture.is_corrupt and ticks >= self._reader.start_ticks:
            raise Doubt("a damaged picture")  # also one that wanted pictures may refer to
        if self._is_wanted(ticks):
            check_pixels(picture.width, picture.height, self._limits)
            self._decoded[ticks] = picture

    def ready(self) -> Iterator[tuple[Fraction, int, VideoFrame]]:
        """Yield asked time, tick and picture, as far as they are decoded."""
        if self._errors:
            raise Doubt(self._errors[0][2])
        while self._asked and self._asked[0][1] in self._decoded:
            time_s, ticks = self._asked.popleft()
            for older in [each for each in self._decoded if each < ticks]:
                del self._decoded[older]
            yield time_s, ticks, self._decoded[ticks]

    def drain(self) -> Iterator[tuple[Fraction, int, VideoFrame]]:
        """Yield what the decoder holds back, and make it forget what it has seen."""
        self._decode(None, is_wanted=True)
        yield from self.ready()
        if self._asked:
            raise Doubt("a wanted frame did not come out")
        self._decoder.flush_buffers()
        self._decoded.clear()
        self._newest = None
        if self._reducer is not None:
            self._reducer.restart()
