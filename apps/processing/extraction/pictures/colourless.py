"""Gives a frame without colour the two planes that say so.

swscale takes one plane alone for full range, whatever it says, and leaves black grey.
"""

from typing import Final

from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

_WITH_CHROMA: Final = {
    "gray": ("yuv420p", 8),
    "gray10le": ("yuv420p10le", 10),
    "gray12le": ("yuv420p12le", 12),
}


def with_chroma(frame: VideoFrame) -> VideoFrame:
    """Return the frame as YUV if it is luma alone, else as it is."""
    name, bits = _WITH_CHROMA.get(frame.format.name, ("", 0))
    if not name:
        return frame
    whole = VideoFrame(frame.width, frame.height, name)
    luma, *chroma = whole.planes
    luma.update(_rows(frame.planes[0], luma.line_size))
    neutral = (1 << bits - 1).to_bytes(1 if bits == 8 else 2, "little")
    for plane in chroma:
        plane.update(neutral * (plane.buffer_size // len(neutral)))
    whole.colorspace, whole.color_range = frame.colorspace, frame.color_range
    whole.color_trc, whole.color_primaries = frame.color_trc, frame.color_primaries
    return whole


def _rows(plane: VideoPlane, line_bytes: int) -> bytes:
    """Return the plane's bytes with lines of another length."""
    data, step = bytes(plane), plane.line_size
    if step == line_bytes:
        return data
    rows = (data[at : at + min(step, line_bytes)] for at in range(0, len(data), step))
    return b"".join(row.ljust(line_bytes, b"\0") for row in rows)
