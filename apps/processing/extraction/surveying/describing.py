"""What the description of a file alone tells of its packets: their times, without their bytes."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import dropwhile
from typing import Final

import av
from av.logging import Capture

from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.doubts import Doubt, check_packet, ticks_of
from apps.processing.extraction.opening.opener import Video, codec_name, open_video
from apps.processing.extraction.opening.source import Source
from apps.processing.extraction.opening.timing import VideoPacket, shown_s
from apps.processing.extraction.options import Limits
from apps.processing.extraction.surveying.indexing import keyframe_ticks
from apps.processing.extraction.surveying.prefetching import expect_all

#: Of others FFmpeg parses the packets of an MP4, to say where a picture begins or that it is none.
DESCRIBED: Final = frozenset({"h264", "hevc", "mjpeg", "prores"})
#: Later than any packet.
NEVER: Final = 2**62


def described(video: Video) -> Source | None:
    """Return bytes that give each packet's times as the whole file would; None: only it does.

    What FFmpeg logs of such packets means nothing: they may be zeros.
    """
    is_told = video.demuxer == "mov" and codec_name(video.stream) in DESCRIBED
    return video.source.hollow() if is_told else None


def pictures_end_s(video: Video, from_ticks: int, limits: Limits) -> Fraction | None:
    """Return where the pictures end that follow a key frame; None where reading has to tell."""
    if described(video) is None:
        return None
    try:
        last = max(checked_packets(video, limits, from_ticks), key=ticks_of, default=None)
    except (Doubt, Refused):
        return None
    if last is None or not last.duration:
        return None
    return video.time_s(ticks_of(last)) + shown_s(video, last.duration)


def checked_packets(
    video: Video, limits: Limits, from_ticks: int | None = None
) -> Iterator[VideoPacket]:
    """Yield every packet, or those from a key frame on; without the file's bytes where it can.

    Raises Doubt for a packet that cannot be believed, and where FFmpeg logs what means something.
    """
    source = described(video)
    if source is None:
        expect_all(video.source)
    with open_video(source or video.source, limits) as again, Capture() as errors:
        try:
            yield from _packets(again, video.ticks_at(Fraction(limits.max_duration_s)), from_ticks)
        except MemoryError:
            raise
        except av.FFmpegError as error:
            raise Doubt("the file cannot be read to its end") from error
        if errors and source is None:
            raise Doubt(errors[0][2])


def _packets(video: Video, latest_ticks: int, from_ticks: int | None) -> Iterator[VideoPacket]:
    if from_ticks is not None:
        video.container.seek(from_ticks, stream=video.stream)
    for packet in video.packets():
        if packet.size:
            check_packet(packet, latest_ticks)
            if not packet.is_discard:
                yield packet


def described_keys(video: Video, limits: Limits) -> Sequence[int]:
    """Return the decoding times of the key frames; empty where they must be looked for."""
    keyframes = keyframe_ticks(video, limits) if described(video) else ()
    entries = video.stream.index_entries
    is_cut_off = any(each.pos + each.size > video.source.size for each in entries)
    return () if is_cut_off else keyframes


def key_packets(video: Video, keyframes: Sequence[int]) -> Iterator[VideoPacket]:
    """Yield the packets of key frames, and read no others; expects their bytes beforehand."""
    for entry in video.stream.index_entries:
        if entry.is_keyframe:
            video.source.expect(entry.pos, entry.size)
    # Just before the next one: FFmpeg goes to the last key frame that is shown by then.
    for ticks, next_ticks in zip(keyframes, [*keyframes[1:], NEVER], strict=True):
        video.container.seek(next_ticks - 1, stream=video.stream)
        packets = video.packets()
        packet = next(dropwhile(partial(_is_before, ticks), packets), None)
        if packet is not None:
            yield packet


def _is_before(ticks: int, packet: VideoPacket) -> bool:
    return packet.dts is not None and packet.dts < ticks
