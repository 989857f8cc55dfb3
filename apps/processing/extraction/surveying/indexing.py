"""Where a file says that its key frames are; trusted only as a hint of where to begin to read."""

from fractions import Fraction
from typing import Final

import av

from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.options import Limits

#: An index that ends earlier is one of several, as in a fragmented file.
TOLERANCE_S: Final = Fraction(1)


def keyframe_ticks(video: Video, limits: Limits) -> list[int]:
    """Return the times of the key frames by the file's index, in order; empty without one.

    They are decoding times in MP4, presentation times in Matroska.
    """
    if video.demuxer == "mov" and _is_whole(video):
        return _listed(video)
    if video.demuxer == "matroska":
        with open_video(video.source, limits) as again:
            _read_cues(again)
            return _listed(again)
    return []


def _listed(video: Video) -> list[int]:
    ticks = [entry.timestamp for entry in video.stream.index_entries if entry.is_keyframe]
    is_useful = len(ticks) > 1 and ticks == sorted(set(ticks))
    return ticks if is_useful else []


def _read_cues(video: Video) -> None:
    """Make FFmpeg read the index of Matroska, which it leaves until somebody seeks."""
    start = video.stream.start_time or 0
    try:
        video.container.seek(start, stream=video.stream)
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise Doubt("the file does not let us seek") from error


def _is_whole(video: Video) -> bool:
    """Tell whether the index in the head of an MP4 covers all of the stream."""
    stream = video.stream
    if not stream.frames or not stream.duration or not len(stream.index_entries):
        return False
    last = max(entry.timestamp for entry in stream.index_entries)
    end = (stream.start_time or 0) + stream.duration
    return (end - last) * video.time_base <= TOLERANCE_S + stream.duration * video.time_base / 10
