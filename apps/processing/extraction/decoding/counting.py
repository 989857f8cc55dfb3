"""Which times every Nth frame has: the packets are counted, and none is decoded."""

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from apps.processing.extraction.opening.doubts import Doubt, ticks_of
from apps.processing.extraction.opening.opener import Video, codec_name
from apps.processing.extraction.opening.starting import shows_something
from apps.processing.extraction.opening.timing import VideoPacket, shown_s
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.surveying.describing import checked_packets

#: Each of their packets is one picture. In MPEG-4 Part 2 a packet may say: the same again.
COUNTABLE: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mjpeg", "prores"})


def every_nth_times(
    video: Video, first_s: Fraction, options: Options, limits: Limits
) -> tuple[Iterator[Fraction], Fraction | None]:
    """Return the times of the first frame of the range and every Nth after it, and the end.

    The end is where the pictures run out, or None where the range ends before. Raises Doubt
    where counting packets is not counting pictures.
    """
    if codec_name(video.stream) not in COUNTABLE:
        raise Doubt("a packet may be no picture")
    ticks, last = _all_ticks(video, limits)
    start_s, end_s = max(options.start_s or Fraction(0), first_s), options.end_s
    begin = bisect_left(ticks, start_s, key=video.time_s)
    end = len(ticks) if end_s is None else bisect_left(ticks, end_s, key=video.time_s)
    times_s = (video.time_s(tick) for tick in ticks[begin : end : options.every_nth])
    if end < len(ticks):
        return times_s, None
    return times_s, video.time_s(ticks_of(last)) + shown_s(video, last.duration)


def _all_ticks(video: Video, limits: Limits) -> tuple[list[int], VideoPacket]:
    """Return when each picture is shown, in order, and the packet of the last one."""
    found: list[int] = []
    last: VideoPacket | None = None
    codec = codec_name(video.stream)
    for packet in checked_packets(video, limits):
        if not shows_something(packet, codec):
            continue
        ticks = ticks_of(packet)
        found.append(ticks)
        if last is None or ticks > ticks_of(last):
            last = packet
    found.sort()
    if last is None or any(before == after for before, after in pairwise(found)):
        raise Doubt("two pictures at one time, or none at all")
    return found, last
