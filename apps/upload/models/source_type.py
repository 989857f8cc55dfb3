"""Which files we take: known by their name's ending *and* by their first bytes.

Signatures: ISO/IEC 14496-12 (ftyp and its elder siblings), RFC 8794 (EBML), RIFF AVI,
ISO/IEC 13818-1 (TS sync bytes every 188 or 192 bytes; PS pack header), Adobe FLV 10.1.
"""

from collections.abc import Callable
from dataclasses import dataclass

#: So many first bytes decide.
HEAD_BYTES = 1024

_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def _iso(head: bytes) -> bool:
    return head[4:8] in _ISO_BOXES


def _matroska(head: bytes) -> bool:
    return head.startswith(b"\x1a\x45\xdf\xa3")


def _avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"AVIX")


def _transport_stream(head: bytes) -> bool:
    starts = ((0, 188), (4, 192))
    return any(
        len(head) > first + 2 * step and all(head[first + k * step] == 0x47 for k in range(3))
        for first, step in starts
    )


def _program_stream(head: bytes) -> bool:
    return head.startswith(b"\x00\x00\x01\xba")


def _flash(head: bytes) -> bool:
    return head.startswith(b"FLV\x01")


@dataclass(frozen=True)
class SourceType:
    """A container format that we take."""

    mime: str
    extensions: frozenset[str]
    matches: Callable[[bytes], bool]


SOURCE_TYPES = (
    SourceType("video/mp4", frozenset({"mp4", "m4v", "mov", "qt", "3gp", "3g2"}), _iso),
    SourceType("video/x-matroska", frozenset({"mkv", "webm"}), _matroska),
    SourceType("video/x-msvideo", frozenset({"avi"}), _avi),
    SourceType("video/mp2t", frozenset({"ts", "m2ts", "mts"}), _transport_stream),
    SourceType("video/mpeg", frozenset({"mpg", "mpeg", "vob"}), _program_stream),
    SourceType("video/x-flv", frozenset({"flv"}), _flash),
)
EXTENSIONS = frozenset().union(*(each.extensions for each in SOURCE_TYPES))


def has_known_extension(name: str) -> bool:
    """Return whether a file name ends like a video that we take."""
    return name.rpartition(".")[2].lower() in EXTENSIONS


def source_type_of(head: bytes) -> SourceType | None:
    """Return the container that the first bytes show, whatever the name says; None if unknown."""
    return next((each for each in SOURCE_TYPES if each.matches(head)), None)
