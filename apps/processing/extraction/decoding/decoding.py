"""All frames of a video in time order, decoded from the start: slow, and never wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import av
from av.video.frame import VideoFrame

from apps.processing.extraction.decoding.damage import Damage
from apps.processing.extraction.decoding.notices import Notices
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.opener import Video, check_pixels
from apps.processing.extraction.opening.timing import Clock, VideoPacket, shown_s
from apps.processing.extraction.options import Limits, Options


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """A decoded picture and when it is on screen."""

    time_s: Fraction
    end_s: Fraction
    is_key: bool
    picture: VideoFrame


def logged_errors() -> int:
    """Return how many errors FFmpeg has logged in this process."""
    return av.logging.get_last_error()[0]


class Decoder:
    """Decodes one opened video once, counting what is really there."""

    def __init__(
        self, video: Video, clock: Clock, options: Options, limits: Limits, notices: Notices
    ) -> None:
        self._video = video
        self.packets: Iterator[VideoPacket] = video.packets()
        self._clock = clock
        self._limits = limits
        self._notices = notices
        # AVI's clock counts pictures: behind a loss it is late.
        self._damage = Damage(notices, heals=video.demuxer != "avi")
        self._has_jumped = False
        # AVI's clock counts pictures, so there all of them must be decoded.
        self.only_keys = options.mode == "keyframes" and video.demuxer != "avi"
        self._latest_s = (options.start_s or 0) + limits.max_duration_s
        self.packets_decoded = 0
        self.read_until_s = Fraction(0)
        self.is_cut_off = False

    def frames(self) -> Iterator[DecodedFrame]:
        """Yield every frame whose time is later than the one before.

        Raises Refused (too_long, too_large, encrypted) when the pictures themselves break a limit.
        """
        av.logging.set_level(av.logging.ERROR)
        av.logging.set_skip_repeated(False)
        last_s: Fraction | None = None
        upcoming_s = Fraction(0)
        for picture in self._key_pictures() if self.only_keys else self._pictures():
            time_s = self._clock.time_s(picture, upcoming_s)
            if last_s is not None and time_s <= last_s:
                self._tell_jump(time_s)
                continue
            self._check(picture, time_s)
            if picture.is_corrupt:
                self._damage.begin()
            before_s = None if last_s is None else min(upcoming_s, time_s)
            upcoming_s = time_s + shown_s(self._video, picture.duration)
            self._damage.note_picture(before_s, time_s, upcoming_s)
            last_s = time_s
            is_key = self.only_keys or picture.key_frame
            yield DecodedFrame(time_s, upcoming_s, is_key, picture)
        self.is_cut_off = self.is_cut_off or self.is_damaged

    @property
    def is_damaged(self) -> bool:
        """Whether there was an error since the last picture."""
        return self._damage.is_unseen

    def _pictures(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            self.packets_decoded += 1
            yield from self._decode(packet)
        yield from self._decode(None)

    def _key_pictures(self) -> Iterator[VideoFrame]:
        """Decode each key frame alone: without those between them a decoder loses the order."""
        decoder = self._video.stream.codec_context
        decoder.skip_frame = "NONKEY"
        for packet in self._packets():
            if packet.is_keyframe:
                self.packets_decoded += 1
                yield from [*self._decode(packet), *self._decode(None)]
                decoder.flush_buffers()

    def _packets(self) -> Iterator[VideoPacket]:
        while True:
            packet = None
            with self._noting_damage():
                packet = next(self.packets, None)
            if packet is None:
                return
            if packet.size == 0:  # the end, or a frame that repeats the one before
                continue
            if packet.has_sidedata("encryption_info"):
                raise Refused("encrypted", "the packets are encrypted")
            if self._ends_inside(packet):
                self.is_cut_off = True
                return
            self._note(packet)
            yield packet

    def _decode(self, packet: "VideoPacket | None") -> list[VideoFrame]:
        with self._noting_damage():
            return self._video.stream.decode(packet)
        return []

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        """Note what FFmpeg raises, and what it only logs before it goes on with a guess."""
        errors = logged_errors()
        try:
            yield
        except MemoryError:
            raise
        except EOFError:
            pass
        except av.FFmpegError:
            self._damage.begin()
        if logged_errors() > errors:
            self._damage.begin()

    def _note(self, packet: VideoPacket) -> None:
        if packet.pts is not None:
            end_s = self._video.time_s(packet.pts + (packet.duration or 0))
            self.read_until_s = max(self.read_until_s, end_s)
            if packet.is_keyframe:
                self._damage.note_key(self._video.time_s(packet.pts))
        if packet.is_corrupt:
            self._damage.begin()

    def _ends_inside(self, packet: VideoPacket) -> bool:
        """Tell whether the file ends inside this packet: half a picture is not the picture."""
        ends_at = (packet.pos or 0) + packet.size
        return packet.is_corrupt and ends_at >= self._video.source.size

    def _check(self, picture: VideoFrame, time_s: Fraction) -> None:
        check_pixels(picture.width, picture.height, self._limits)
        if time_s > self._latest_s:
            limit_s = self._limits.max_duration_s
            raise Refused("too_long", f"{int(time_s)} s; the limit is {limit_s} s")

    def _tell_jump(self, time_s: Fraction) -> None:
        if not self._has_jumped:
            detail = "some frames go back in time and are left out"
            self._notices.add("time_jump", detail, time_s)
        self._has_jumped = True
