"""Which frames of AV1 a wanted picture is made from, so that only they are decoded.

Follows the eight slots in which a decoder keeps frames. A frame that is made from none of the
frames left out is decoded to the same pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from apps.processing.extraction.decoding.av1_headers import (
    KEY,
    SLOTS,
    FrameHeader,
    Unreadable,
    read_frame,
    read_sequence,
)
from apps.processing.extraction.decoding.av1_headers import Sequence as SequenceHeader

SEQUENCE_HEADER, FRAME_HEADER, TILES, FRAME, REPEATED_HEADER, TILE_LIST = 1, 3, 4, 6, 7, 8
IN_FRAME: Final = (FRAME_HEADER, TILES, FRAME, REPEATED_HEADER)
HEAD_BYTES: Final = 64
MAX_SIZE_BYTES: Final = 8


@dataclass(eq=False)
class CodedFrame:
    """A frame, or the showing of one; `sources` are the frames it is made from."""

    kind: int
    is_shown: bool
    sources: tuple["CodedFrame", ...]
    is_needed: bool = False


@dataclass
class Unit:
    """A packet: its parts in order, each with the frame that it belongs to, or None."""

    parts: list[tuple[bytes, CodedFrame | None]] = field(default_factory=list)

    def shown(self) -> CodedFrame:
        """Return the one frame that the packet shows; raises Unreadable."""
        found = {id(frame): frame for _, frame in self.parts if frame and frame.is_shown}
        if len(found) != 1:
            raise Unreadable("not one picture in a packet")
        return next(iter(found.values()))

    def needed(self) -> bytes:
        """Return the packet with only the needed frames; empty where there are none."""
        if not any(frame and frame.is_needed for _, frame in self.parts):
            return b""
        kept = (part for part, frame in self.parts if frame is None or frame.is_needed)
        return b"".join(kept)


class Slots:
    """The frames that a decoder would hold, after all packets that were followed."""

    def __init__(self, extradata: bytes | None) -> None:
        self._slots: list[CodedFrame | None] = [None] * SLOTS
        self._sequence: SequenceHeader | None = None
        self._sequence_body = b""
        if extradata and len(extradata) > 4:
            for kind, body, _ in units_in(extradata[4:]):
                self._read_sequence(kind, body)

    def _read_sequence(self, kind: int, body: bytes) -> None:
        if kind != SEQUENCE_HEADER or body == self._sequence_body:
            return
        if self.held():
            raise Unreadable("another sequence")
        self._sequence, self._sequence_body = read_sequence(body), body

    def follow(self, packet: bytes) -> Unit:
        """Take in the next packet; raises Unreadable."""
        unit, frame = Unit(), None
        for kind, body, part in units_in(packet):
            self._read_sequence(kind, body)
            if kind == TILE_LIST:
                raise Unreadable("a tile list")
            if kind in (FRAME_HEADER, FRAME):
                frame = self._frame(body)
            unit.parts.append((part, frame if kind in IN_FRAME else None))
        unit.shown()
        return unit

    def _frame(self, body: bytes) -> CodedFrame:
        if self._sequence is None:
            raise Unreadable("no sequence header")
        header = read_frame(body[:HEAD_BYTES], self._sequence)
        frame = self._coded(header)
        for slot in range(SLOTS):
            if header.refreshed >> slot & 1 or (
                header.shows_slot is not None and frame.kind == KEY
            ):
                self._slots[slot] = frame
        return frame

    def _coded(self, header: FrameHeader) -> CodedFrame:
        if header.shows_slot is not None:
            source = self._held(header.shows_slot)
            return CodedFrame(source.kind, True, (source,))
        sources = tuple(map(self._held, header.references))
        return CodedFrame(header.kind, header.is_shown, sources)

    def _held(self, slot: int) -> CodedFrame:
        frame = self._slots[slot]
        if frame is None:
            raise Unreadable("an empty slot")
        return frame

    def held(self) -> list[CodedFrame]:
        """Return what later packets may refer to."""
        return [frame for frame in self._slots if frame is not None]


def mark_needed(frames: Sequence[CodedFrame]) -> None:
    """Mark frames, and all that they are made from."""
    waiting = list(frames)
    while waiting:
        frame = waiting.pop()
        if not frame.is_needed:
            frame.is_needed = True
            waiting.extend(frame.sources)


def units_in(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (type, body, whole) of each open bitstream unit; raises Unreadable."""
    at = 0
    while at < len(data):
        head = data[at]
        if head & 0x84:
            raise Unreadable("a layer")
        begin, size = at + 1, len(data) - at - 1
        if head & 2:
            begin, size = _size(data, begin)
        if begin + size > len(data):
            raise Unreadable("a unit that ends early")
        yield head >> 3 & 15, data[begin : begin + size], data[at : begin + size]
        at = begin + size


def _size(data: bytes, at: int) -> tuple[int, int]:
    """Return where the body begins, and its size (leb128)."""
    size = 0
    for place, byte in enumerate(data[at : at + MAX_SIZE_BYTES]):
        size |= (byte & 127) << 7 * place
        if byte < 128:
            return at + place + 1, size
    raise Unreadable("a size without an end")
