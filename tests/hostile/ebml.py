"""Matroska as elements: write them, take the top of a file apart."""

from collections.abc import Iterator
from typing import Final

SEGMENT: Final = b"\x18\x53\x80\x67"
CLUSTER: Final = b"\x1f\x43\xb6\x75"
TRACKS: Final = b"\x16\x54\xae\x6b"
TRACK: Final = b"\xae"
TAGS, TAG, SIMPLE_TAG = b"\x12\x54\xc3\x67", b"\x73\x73", b"\x67\xc8"
TAG_NAME, TAG_TEXT = b"\x45\xa3", b"\x44\x87"
SEEK_HEAD, SEEK, SEEK_ID, SEEK_AT = b"\x11\x4d\x9b\x74", b"\x4d\xbb", b"\x53\xab", b"\x53\xac"
CUES: Final = b"\x1c\x53\xbb\x6b"
CHAPTERS: Final = b"\x10\x43\xa7\x70"
ATTACHMENTS: Final = b"\x19\x41\xa4\x69"
INFO: Final = b"\x15\x49\xa9\x66"
VOID: Final = b"\xec"
#: A size that says: until something else begins.
UNKNOWN: Final = b"\x01" + b"\xff" * 7


def size(number: int) -> bytes:
    """Return a size in eight bytes."""
    return (number | 1 << 56).to_bytes(8)


def element(name: bytes, *parts: bytes) -> bytes:
    """Return an element with its size."""
    body = b"".join(parts)
    return name + size(len(body)) + body


def _number(data: bytes, at: int, *, keeps_mark: bool) -> tuple[int, int]:
    """Return a number of variable length, and where it ends."""
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length])
    return value if keeps_mark else value & (1 << 7 * length) - 1, at + length


def elements(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each element of a healthy file."""
    at = 0
    while at < len(data):
        _, name_end = _number(data, at, keeps_mark=True)
        length, begin = _number(data, name_end, keeps_mark=False)
        yield data[at:name_end], data[begin : begin + length]
        at = begin + length


def parts(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the head of a Matroska file, and the elements of its segment but the indexes."""
    (head_name, head), (_, segment) = list(elements(data))[:2]
    kept = [each for each in elements(segment) if each[0] not in (SEEK_HEAD, CUES, VOID)]
    return element(head_name, head), kept


def with_elements(data: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a Matroska file with more elements at both ends of its segment."""
    head, kept = parts(data)
    middle = b"".join(element(name, body) for name, body in kept)
    return head + element(SEGMENT, before, middle, after)
