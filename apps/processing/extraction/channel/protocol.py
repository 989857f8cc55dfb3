"""What supervisor and child say to each other: length-prefixed messages over one socket.

A message is kind (1 byte), lengths of head and body (4 bytes each, big-endian), a JSON head, and
a body of raw bytes. The supervisor speaks once, the request; everything else is the child's.

Where bytes of the video may be missing there is a second socket: on it the child says what it
needs, and the supervisor what is there by now, each as a `Span`.
"""

import json
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Final, TypeVar

from apps.processing.extraction.channel.wire import Garbled, dump, load
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Notice

PREFIX: Final = struct.Struct(">BII")
MAX_HEAD_BYTES: Final = 256 * 1024
#: The exit code of a child that had no memory left to say so.
OUT_OF_MEMORY: Final = 71

T = TypeVar("T")


class Kind(IntEnum):
    """What a message is about."""

    REQUEST = 0
    CHECKED = 1
    PICTURE = 2
    DONE = 3
    ESTIMATED = 4
    REFUSED = 5
    CRASHED = 6
    NEED = 7
    HAVE = 8


KINDS: Final = frozenset(map(int, Kind))


@dataclass(frozen=True)
class Request:
    """The job: `action` is extract or probe."""

    action: str
    options: Options
    limits: Limits


@dataclass(frozen=True)
class PictureHead:
    """A picture; the body is `data_bytes` of image, then the thumbnail."""

    requested_s: Fraction
    pts_s: Fraction
    width: int
    height: int
    data_bytes: int


@dataclass(frozen=True)
class Done:
    """The end of an extraction, with the versions that made it."""

    notices: tuple[Notice, ...]
    skipped: int
    packets_decoded: int
    bytes_read: int
    path: str
    av: str
    ffmpeg: str


@dataclass(frozen=True)
class Refusal:
    """Why the child will not go on: a refusal, or (Kind.CRASHED) an error of its own."""

    code: str
    detail: str


@dataclass(frozen=True)
class Message:
    """One message as it came."""

    kind: Kind
    head: object
    body: bytes

    def read(self, shape: type[T]) -> T:
        """Return the head as `shape`; raises Garbled."""
        return load(shape, self.head)


def send(channel: socket.socket, kind: Kind, head: object, *bodies: bytes) -> None:
    """Send one message whole; waits while the other side is busy."""
    encoded = json.dumps(dump(head)).encode()
    size = sum(len(body) for body in bodies)
    channel.sendall(PREFIX.pack(kind, len(encoded), size) + encoded)
    for body in bodies:
        channel.sendall(body)


class Assembler:
    """Puts messages together from pieces, and refuses more than was agreed."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._pending = bytearray()

    def feed(self, piece: bytes) -> Iterator[Message]:
        """Yield the messages that are complete now; raises Garbled."""
        self._pending += piece
        while (size := self._size()) is not None and len(self._pending) >= size:
            message = self._take()
            del self._pending[:size]
            yield message

    def _size(self) -> int | None:
        if len(self._pending) < PREFIX.size:
            return None
        kind, head, body = PREFIX.unpack_from(self._pending)
        if kind not in KINDS or head > MAX_HEAD_BYTES or body > self._max_body_bytes:
            raise Garbled("a message larger than agreed")
        return PREFIX.size + int(head) + int(body)

    def _take(self) -> Message:
        kind, head, body = PREFIX.unpack_from(self._pending)
        body_at = PREFIX.size + head
        try:
            parsed = json.loads(bytes(self._pending[PREFIX.size : body_at]), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise Garbled("a head that is not JSON") from error
        return Message(Kind(kind), parsed, bytes(self._pending[body_at : body_at + body]))


def _refuse(constant: str) -> None:
    raise Garbled(f"{constant} is not a number")
