"""MP4 as boxes within boxes: take apart, bend one, put together with the lengths right."""

from collections.abc import Callable, Iterator
from typing import Final

STBL: Final = "moov/trak/mdia/minf/stbl/"
NO_FLAGS: Final = bytes(4)


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box with its length."""
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4) + kind + body


def u32(*numbers: int) -> bytes:
    """Return numbers of four bytes, the highest bits cut off."""
    return b"".join((number & 0xFFFFFFFF).to_bytes(4) for number in numbers)


def u64(*numbers: int) -> bytes:
    """Return numbers of eight bytes, the highest bits cut off."""
    return b"".join((number & (2**64 - 1)).to_bytes(8) for number in numbers)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each box."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def bend(data: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return boxes with the body of those at a path (`moov/trak`) changed; lengths follow."""
    first, _, rest = path.partition("/")
    bent = (lambda body: bend(body, rest, change)) if rest else change
    return b"".join(
        box(kind, bent(body) if kind == first.encode() else body) for kind, body in boxes(data)
    )


def extend(data: bytes, path: str, *more: bytes) -> bytes:
    """Return boxes with more inside the one at a path."""
    return bend(data, path, lambda body: body + b"".join(more))


def put(data: bytes, path: str, at: int, new: bytes) -> bytes:
    """Return boxes with bytes of the one at a path overwritten."""
    return bend(data, path, lambda body: body[:at] + new + body[at + len(new) :])


def replace(data: bytes, path: str, *body: bytes) -> bytes:
    """Return boxes with a new body of the one at a path."""
    return bend(data, path, lambda _: b"".join(body))


def preceded(data: bytes, front: bytes) -> bytes:
    """Return boxes behind others, still found by their index."""

    def moved(body: bytes) -> bytes:
        places = (int.from_bytes(body[at : at + 4]) for at in range(8, len(body), 4))
        return body[:8] + u32(*(place + len(front) for place in places))

    return front + bend(data, STBL + "stco", moved)
