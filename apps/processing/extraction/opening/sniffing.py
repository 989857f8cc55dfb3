"""From a file's first bytes to the one demuxer that may read it."""

from typing import Final

from apps.processing.extraction.exceptions import Refused

HEAD_BYTES: Final = 4096

_MP4_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
_STILL_IMAGE_BRANDS: Final = frozenset({b"heic", b"heix", b"mif1", b"avif", b"avis", b"msf1"})
_PREFIXES: Final = {
    b"\x1a\x45\xdf\xa3": "matroska",
    b"FLV\x01": "flv",
    b"\x00\x00\x01\xba": "mpeg",
}
_SOUND_ONLY: Final = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"fLaC")
_KNOWN_BUT_NOT_READ: Final = {
    b"\x30\x26\xb2\x75": "ASF",
    b"OggS": "Ogg",
    b"GIF8": "GIF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"DKIF": "IVF",
    b"PK\x03\x04": "ZIP",
    b"YUV4MPEG2": "Y4M",
    b"\x00\x00\x01": "a raw stream",
    b"\x00\x00\x00\x01": "a raw stream",
    b"#EXTM3U": "a playlist",
    b"ffconcat": "a playlist",
    b"v=0": "a session description",
}
# Plain transport streams have packets of 188 bytes, Blu-ray's have 4 more in front.
_TRANSPORT_PACKETS: Final = ((0, 188), (4, 192))


def demuxer_for(head: bytes) -> str:
    """Return FFmpeg's name of the demuxer for a file that begins with `head` (4096 bytes).

    Raises Refused: empty, no_video (a sound format), unsupported_type, unreadable.
    """
    if not head:
        raise Refused("empty", "the file has no bytes")
    name = _mp4(head) or _riff(head) or _by_prefix(head) or _transport_stream(head)
    if name is None:
        raise _refusal(head)
    return name


def _mp4(head: bytes) -> str | None:
    if head[4:8] not in _MP4_BOXES:
        return None
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_IMAGE_BRANDS:
        raise Refused("unsupported_type", "a still image")
    return "mov"


def _riff(head: bytes) -> str | None:
    if head[:4] != b"RIFF":
        return None
    if head[8:12] == b"WAVE":
        raise Refused("no_video", "a sound file")
    return "avi" if head[8:11] == b"AVI" else None


def _by_prefix(head: bytes) -> str | None:
    return next((name for magic, name in _PREFIXES.items() if head.startswith(magic)), None)


def _transport_stream(head: bytes) -> str | None:
    for first, step in _TRANSPORT_PACKETS:
        marks = head[first::step]
        if len(marks) > 2 and set(marks) == {0x47}:
            return "mpegts"
    return None


def _refusal(head: bytes) -> Refused:
    if head.startswith(_SOUND_ONLY):
        return Refused("no_video", "a sound file")
    for magic, kind in _KNOWN_BUT_NOT_READ.items():
        if head.startswith(magic):
            return Refused("unsupported_type", kind)
    return Refused("unreadable", "the first bytes are those of no known video format")
