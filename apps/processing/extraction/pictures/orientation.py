"""Turning a picture upright, losslessly, by what its display matrix says."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from apps.processing.extraction.pictures.filtering import chain
from apps.processing.extraction.pictures.side_data import side_data_of


@dataclass(frozen=True)
class Orientation:
    """How a stored picture becomes upright: degrees clockwise, and the filters that do it."""

    rotation: int = 0
    mirrored: bool = False
    filters: tuple[tuple[str, str], ...] = ()


UPRIGHT: Final = Orientation()

# Signs of the four numbers of the matrix that turn and mirror. A clockwise quarter turn takes
# "right" (1, 0) to "down" (0, 1), with y pointing down.
_BY_SIGNS: Final = {
    (1, 0, 0, 1): UPRIGHT,
    (-1, 0, 0, -1): Orientation(180, False, (("hflip", ""), ("vflip", ""))),
    (-1, 0, 0, 1): Orientation(0, True, (("hflip", ""),)),
    (1, 0, 0, -1): Orientation(180, True, (("vflip", ""),)),
    (0, 1, -1, 0): Orientation(90, False, (("transpose", "dir=clock"),)),
    (0, -1, 1, 0): Orientation(270, False, (("transpose", "dir=cclock"),)),
    (0, 1, 1, 0): Orientation(90, True, (("transpose", "dir=cclock_flip"),)),
    (0, -1, -1, 0): Orientation(270, True, (("transpose", "dir=clock_flip"),)),
}


def orientation_of(frame: VideoFrame) -> Orientation | None:
    """Return what the frame's display matrix asks for; None for a turn by an odd angle."""
    matrix = side_data_of(frame).get(Type.DISPLAYMATRIX)
    if matrix is None:
        return UPRIGHT
    a, b, _, c, d, *_ = struct.unpack("9i", matrix[:36])
    return _BY_SIGNS.get((_sign(a), _sign(b), _sign(c), _sign(d)))


def _sign(number: int) -> int:
    """Return -1, 0 or 1; what rounding leaves of a zero is a zero."""
    return 0 if abs(number) < 1 << 8 else (1 if number > 0 else -1)


def turn_upright(frame: VideoFrame, orientation: Orientation) -> VideoFrame:
    """Return the frame with the orientation applied: pixels move, none is computed."""
    return _filtered(frame, orientation.filters) if orientation.filters else frame


def as_one_field(frame: VideoFrame) -> VideoFrame:
    """Return the frame as one whose lines belong together: scaling then mixes two fields."""
    return _filtered(frame, (("setfield", "mode=prog"),)) if frame.interlaced_frame else frame


def _filtered(frame: VideoFrame, filters: Iterable[tuple[str, str]]) -> VideoFrame:
    graph = chain(frame, filters)
    graph.vpush(frame)
    return graph.vpull()
