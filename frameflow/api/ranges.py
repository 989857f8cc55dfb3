"""Which part of an object a request asks for: RFC 9110, sections 13 and 14, byte ranges only."""

import re
from dataclasses import dataclass

# More digits than any object has bytes would only be a way to be slow.
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """The bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int

    @property
    def size_bytes(self) -> int:
        return self.stop - self.start


class Unsatisfiable(ValueError):
    """The range begins behind the end of the object."""


def part_of(size_bytes: int, *, range_: str, if_range: str, etag: str) -> Part | None:
    """Return the part that a request wants, or None where it is to get the whole.

    `range_` and `if_range` are the headers, empty where missing. A header that is malformed, of
    another unit, or of several ranges is ignored, as the RFC allows; so is a range whose
    `If-Range` is not this strong ETag. `Unsatisfiable` where no byte is there.
    """
    match = _RANGE.fullmatch(range_)
    if not match or (if_range and if_range != etag):
        return None
    first, last = match.groups()
    if first:
        return _from_the_start(size_bytes, int(first), int(last) if last else None)
    return _from_the_end(size_bytes, int(last)) if last else None


def _from_the_start(size_bytes: int, first: int, last: int | None) -> Part | None:
    if last is not None and last < first:
        return None
    if first >= size_bytes:
        raise Unsatisfiable
    return Part(first, size_bytes if last is None else min(last + 1, size_bytes))


def _from_the_end(size_bytes: int, length: int) -> Part | None:
    if length == 0:
        raise Unsatisfiable
    return Part(max(0, size_bytes - length), size_bytes) if size_bytes else None
