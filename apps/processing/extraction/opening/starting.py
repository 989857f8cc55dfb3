"""Which packets decoding can start from, with every later picture exact: read from their bits."""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from apps.processing.extraction.opening.timing import VideoPacket

HEAD_BYTES: Final = 4096
START_CODE: Final = b"\x00\x00\x01"
SEQUENCE_HEADER: Final = b"\x00\x00\x01\xb3"
H264_SLICES: Final = frozenset({1, 2, 3, 4})
H264_IDR, H264_SEI = 5, 6
RECOVERY_POINT: Final = 6
#: recovery_frame_cnt is 0, as ue(v) a first bit of 1; then exact_match_flag (H.264, D.2.8).
EXACT_AT_ONCE: Final = 0xC0
HEVC_CLOSED: Final = frozenset({19, 20})
HEVC_RANDOM_ACCESS: Final = range(16, 22)
HEVC_SLICES: Final = range(32)


class Start(Enum):
    """How decoding can begin at a packet.

    CLOSED: every picture that follows can be decoded. OPEN: those that are shown before it
    may refer to what was never seen.
    """

    CLOSED = "closed"
    OPEN = "open"


def start_at(packet: VideoPacket, codec: str, extradata: bytes | None) -> Start | None:
    """Return how a decoder that has seen nothing gives all later pictures exactly; None: not.

    What is only near enough is no start: a picture that is refreshed bit by bit (intra refresh).
    """
    if not packet.is_keyframe:
        return None
    if codec not in ("h264", "hevc", "mpeg1video", "mpeg2video"):
        return Start.CLOSED
    head = memoryview(packet)[:HEAD_BYTES].tobytes()
    if codec == "h264":
        return _start_of_h264(_units(head, _length_size(extradata, 4)))
    if codec == "hevc":
        return _start_of_hevc(_units(head, _length_size(extradata, 21)))
    return Start.OPEN if SEQUENCE_HEADER in head else None


def shows_something(packet: VideoPacket, codec: str) -> bool:
    """Tell whether a packet gives a picture; VP8 has packets that only others refer to."""
    return codec != "vp8" or bool(memoryview(packet)[0] & 0x10)


def _length_size(extradata: bytes | None, at: int) -> int:
    """Return how many bytes a unit's length has in MP4 and Matroska; 0 for start codes."""
    if not extradata or extradata[0] != 1 or len(extradata) <= at:
        return 0
    return (extradata[at] & 3) + 1


def _units(head: bytes, length_size: int) -> Iterator[bytes]:
    """Yield the NAL units that begin in `head`; the last may be cut off."""
    if not length_size:
        yield from (unit for unit in head.split(START_CODE)[1:] if unit)
        return
    at = 0
    while at + length_size < len(head):
        begin = at + length_size
        at = begin + int.from_bytes(head[at:begin])
        if head[begin:at]:
            yield head[begin:at]


def _start_of_h264(units: Iterator[bytes]) -> Start | None:
    start = None
    for unit in units:
        kind = unit[0] & 31
        if kind == H264_IDR:
            return Start.CLOSED
        if kind in H264_SLICES:
            return start
        if kind == H264_SEI and _recovers_at_once(unit):
            start = Start.OPEN
    return None


def _recovers_at_once(sei: bytes) -> bool:
    """Tell whether a message says: exact from this picture on (recovery_frame_cnt 0)."""
    at = 1
    while at + 2 < len(sei):
        kind, size = sei[at], sei[at + 1]
        if kind == RECOVERY_POINT:
            return sei[at + 2] & EXACT_AT_ONCE == EXACT_AT_ONCE
        if 255 in (kind, size):
            return False
        at += 2 + size
    return False


def _start_of_hevc(units: Iterator[bytes]) -> Start | None:
    kinds = (unit[0] >> 1 & 63 for unit in units)
    first = next((kind for kind in kinds if kind in HEVC_SLICES), None)
    if first in HEVC_CLOSED:
        return Start.CLOSED
    return Start.OPEN if first in HEVC_RANDOM_ACCESS else None
