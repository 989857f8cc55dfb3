"""When a decoded picture is on screen, container by container. Seconds from the start."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import av
from av.video.frame import VideoFrame

from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.options import Limits

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

VideoPacket: TypeAlias = "Packet[VideoStream]"  # PyAV's class is generic only in its stub


USUAL_FRAME_S: Final = Fraction(1, 25)


def shown_s(video: Video, duration_ticks: int | None) -> Fraction:
    """Return how long a picture stays on screen; the usual time where it says none."""
    if duration_ticks and duration_ticks > 0:
        return duration_ticks * video.time_base
    rate = video.stream.average_rate
    return 1 / rate if rate else USUAL_FRAME_S


class Clock(Protocol):
    """Knows the time of each picture, asked once for each in the order they are decoded."""

    def time_s(self, picture: VideoFrame, expected_s: Fraction) -> Fraction:
        """Return the picture's time; `expected_s` is when the one before ends."""


class TimestampClock:
    """Containers that store presentation times."""

    def __init__(self, video: Video) -> None:
        self._video = video

    def time_s(self, picture: VideoFrame, expected_s: Fraction) -> Fraction:
        """Return the stored time, or the expected one where there is none."""
        return expected_s if picture.pts is None else self._video.time_s(picture.pts)


class DecodingOrderClock:
    """AVI stores no presentation times: the i-th picture has the i-th smallest decoding time."""

    def __init__(self, times_s: Iterable[Fraction]) -> None:
        self._times_s = iter(times_s)

    def time_s(self, picture: VideoFrame, expected_s: Fraction) -> Fraction:
        """Return the next time; the expected one where there are more pictures than packets."""
        return next(self._times_s, expected_s)


def clock_for(video: Video, limits: Limits) -> Clock:
    """Return the clock for a video; for AVI it reads the packets once, at the second picture."""
    if video.demuxer != "avi":
        return TimestampClock(video)
    return DecodingOrderClock(_avi_times_s(video, limits))


def _avi_times_s(video: Video, limits: Limits) -> Iterator[Fraction]:
    yield Fraction(0)  # whatever the packets say
    decoder = video.stream.codec_context
    yield from avi_times_s(_decoding_times_s(video, limits), decoder.has_b_frames)[1:]


def avi_times_s(decoding_times_s: Iterable[Fraction], reorders: bool) -> list[Fraction]:
    """Return the times of the pictures in order, the first at 0.

    Where the codec reorders and the first step is longer than the usual one, the stream is a
    packed bitstream and the first time is one usual step before the second.
    """
    times_s = sorted(decoding_times_s)
    steps_s = [after - before for before, after in pairwise(times_s)]
    if reorders and steps_s and steps_s[0] > median_low(steps_s):
        times_s[0] = times_s[1] - median_low(steps_s)
    return [time_s - times_s[0] for time_s in times_s]


def scanned_end_s(video: Video, limits: Limits) -> Fraction:
    """Return the end of the last packet, for containers that declare no duration."""
    ends_s = (
        video.time_s(packet.pts + (packet.duration or 0))
        for packet in scan_packets(video, limits)
        if packet.pts is not None
    )
    return max(ends_s, default=Fraction(0))


def _decoding_times_s(video: Video, limits: Limits) -> list[Fraction]:
    return [
        packet.dts * video.time_base
        for packet in scan_packets(video, limits)
        if packet.size and packet.dts is not None
    ]


def scan_packets(video: Video, limits: Limits) -> Iterator[VideoPacket]:
    """Yield the packets from a second opening of the same bytes, as far as they can be read."""
    with open_video(video.source, limits) as again:
        try:
            yield from again.packets()
        except MemoryError:
            raise
        except av.FFmpegError:
            return
