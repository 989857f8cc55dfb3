"""What a video is: from its headers, and from its first decoded frame."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from math import ceil
from typing import Final

from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc

from apps.processing.extraction.choosing.selection import expected_frames, span_s
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.opener import AV_TIME_BASE, Video, codec_name
from apps.processing.extraction.opening.timing import scan_packets, scanned_end_s
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.frame_colours import HDR_TRANSFERS, peak_nits_of
from apps.processing.extraction.pictures.orientation import UPRIGHT, orientation_of
from apps.processing.extraction.results import VideoFacts
from apps.processing.extraction.timecode import parse_time

_MATRICES: Final = {0: "rgb", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m"}
_MATRICES_WIDE: Final = {9: "bt2020nc", 10: "bt2020c"}
_RANGES: Final = {1: "limited", 2: "full"}
#: A program stream has no duration; FFmpeg reckons one, and far off.
GUESSING_DEMUXERS: Final = frozenset({"mpeg"})
#: Their index has every frame; elsewhere the rate is only what the writer said.
INDEXED_DEMUXERS: Final = frozenset({"mov", "avi"})
RATE_PACKETS: Final = 100
UNKNOWN: Final = "unknown"
_TAGGED_DURATION = re.compile(r"\d{1,4}:\d\d:\d\d\.\d{1,9}", re.ASCII)


def inspect(video: Video, first: VideoFrame, options: Options, limits: Limits) -> VideoFacts:
    """Return the facts about an opened video and its first frame.

    Raises Refused: unreadable where it has no duration.
    """
    duration_s = _duration_s(video, limits)
    if duration_s <= 0:
        raise Refused("unreadable", "the video has no duration")
    stream = video.stream
    orientation = orientation_of(first) or UPRIGHT
    return VideoFacts(
        duration_s=duration_s,
        width=first.width,
        height=first.height,
        container=video.demuxer,
        codec=codec_name(stream),
        pixel_format=first.format.name,
        avg_frame_rate=stream.average_rate or None,
        variable_frame_rate=_is_variable(video, limits),
        rotation=orientation.rotation,
        mirrored=orientation.mirrored,
        sample_aspect_ratio=stream.sample_aspect_ratio or Fraction(1),
        interlaced=first.interlaced_frame,
        color_space=(_MATRICES | _MATRICES_WIDE).get(first.colorspace, UNKNOWN),
        color_range=_RANGES.get(first.color_range, UNKNOWN),
        color_transfer=_name(ColorTrc, first.color_trc),
        color_primaries=_name(ColorPrimaries, first.color_primaries),
        color_peak_nits=peak_nits_of(first) if first.color_trc in HDR_TRANSFERS else None,
        frames_expected=_expected(video, options, limits, duration_s),
    )


def check(facts: VideoFacts, options: Options, limits: Limits) -> None:
    """Raise Refused (too_long, too_many_frames) where options and video ask for too much."""
    span = span_s(options, facts.duration_s)
    if span > limits.max_duration_s:
        raise Refused("too_long", f"{ceil(span)} s; the limit is {limits.max_duration_s} s")
    if facts.frames_expected is not None and not options.distinct:
        check_count(facts.frames_expected, options, limits)


def check_count(frames: int, options: Options, limits: Limits) -> None:
    """Raise Refused where there are more pictures than the options or the limits allow."""
    allowed = min(options.max_frames, limits.max_frames)
    if frames > allowed:
        raise Refused("too_many_frames", f"{frames} frames; the limit is {allowed}")


def _duration_s(video: Video, limits: Limits) -> Fraction:
    """Return how long the pictures last, from the most exact thing that says so."""
    stream, tag = video.stream, video.stream.metadata.get("DURATION", "")
    if video.demuxer in GUESSING_DEMUXERS:
        return scanned_end_s(video, limits)
    if stream.duration:
        start = stream.start_time
        begin_s = Fraction(0) if start is None else video.time_s(start)
        return begin_s + stream.duration * video.time_base
    if _TAGGED_DURATION.fullmatch(tag):
        return parse_time(tag) - video.start_s
    if video.container.duration:
        return video.container.duration * AV_TIME_BASE
    return scanned_end_s(video, limits)


def _is_variable(video: Video, limits: Limits) -> bool:
    """Tell whether frames stay on screen for different times."""
    average, usual = video.stream.average_rate, video.stream.base_rate
    if average and usual and abs(usual / average - 1) > Fraction(1, 100):
        return True
    if video.demuxer in INDEXED_DEMUXERS:
        return False
    times = sorted(_first_timestamps(video, limits))
    steps = [after - before for before, after in pairwise(times)]
    return bool(steps) and max(steps) > 1 + min(steps) * Fraction(3, 2)


def _first_timestamps(video: Video, limits: Limits) -> Iterator[int]:
    for packet in islice(scan_packets(video, limits), RATE_PACKETS):
        if packet.pts is not None:
            yield packet.pts


def _expected(video: Video, options: Options, limits: Limits, duration_s: Fraction) -> int | None:
    if options.mode == "keyframes":
        return _keyframes(video, options, limits)
    stream = video.stream
    frames = stream.frames or ceil(duration_s * (stream.average_rate or 0))
    return expected_frames(options, duration_s, frames)


def _keyframes(video: Video, options: Options, limits: Limits) -> int:
    """Return how many key frames the range has, from the index where there is one."""
    begin_s = options.start_s or Fraction(0)
    times_s = map(video.time_s, _key_ticks(video, limits))
    return sum(
        begin_s <= at_s and (options.end_s is None or at_s < options.end_s) for at_s in times_s
    )


def _key_ticks(video: Video, limits: Limits) -> Iterator[int]:
    if video.demuxer not in INDEXED_DEMUXERS:
        packets = scan_packets(video, limits)
        return (each.pts or 0 for each in packets if each.size and each.is_keyframe)
    # Decoding times: where pictures are reordered they begin earlier than the presentation.
    entries = video.stream.index_entries
    later = (video.stream.start_time or 0) - entries[0].timestamp if len(entries) else 0
    return (each.timestamp + later for each in entries if each.is_keyframe)


def _name(names: type[ColorTrc] | type[ColorPrimaries], number: int) -> str:
    known = {int(member): member.name.lower() for member in names}
    return known.get(number, UNKNOWN).replace("unspecified", UNKNOWN)
