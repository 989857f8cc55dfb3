"""As much of AV1's headers as says which frames a frame is made from (AV1 specification, 5.5, 5.9).

What is rare is not read at all: Unreadable, and the video is decoded the plain way.
"""

from dataclasses import dataclass
from typing import Final

KEY, INTER, INTRA_ONLY = 0, 1, 2
SLOTS: Final = 8
ALL_SLOTS: Final = (1 << SLOTS) - 1
REFERENCES: Final = 7
CHOSEN_IN_FRAME: Final = 2


class Unreadable(Exception):
    """A header that is cut off, or uses what we do not follow."""


class Bits:
    """Reads numbers, most significant bit first."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data)
        self._left = len(data) * 8

    def read(self, count: int) -> int:
        """Return the next `count` bits."""
        self._left -= count
        if self._left < 0:
            raise Unreadable("a header ends early")
        return self._number >> self._left & (1 << count) - 1

    def skip_variable(self) -> None:
        """Pass over a number of variable length (uvlc)."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        self.read(zeros)


@dataclass(frozen=True)
class Sequence:
    """What the frames of a sequence have in common; the last two may be CHOSEN_IN_FRAME."""

    order_hint_bits: int
    screen_content_tools: int
    integer_motion: int


@dataclass(frozen=True)
class FrameHeader:
    """Which slots a frame is made from, and which it fills.

    `shows_slot` is the slot of a frame that is only shown here, not coded.
    """

    kind: int
    is_shown: bool
    refreshed: int
    references: tuple[int, ...]
    shows_slot: int | None = None


def read_sequence(data: bytes) -> Sequence:
    """Return what a sequence header says; raises Unreadable."""
    bits = Bits(data)
    bits.read(4)  # profile, still picture
    if bits.read(1):
        raise Unreadable("a reduced header")
    if bits.read(1):
        _skip_timing(bits)
    _skip_operating_points(bits)
    widths = bits.read(4) + 1, bits.read(4) + 1
    bits.read(sum(widths))
    if bits.read(1):
        raise Unreadable("numbered frames")
    bits.read(7)  # block sizes, filters, kinds of prediction
    has_order = bits.read(1)
    if has_order:
        bits.read(2)
    tools = CHOSEN_IN_FRAME if bits.read(1) else bits.read(1)
    motion = CHOSEN_IN_FRAME
    if tools and not bits.read(1):
        motion = bits.read(1)
    return Sequence(bits.read(3) + 1 if has_order else 0, tools, motion)


def _skip_timing(bits: Bits) -> None:
    bits.read(64)
    if bits.read(1):
        bits.skip_variable()
    if bits.read(1):
        raise Unreadable("a decoder model")


def _skip_operating_points(bits: Bits) -> None:
    has_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):
        if bits.read(12):
            raise Unreadable("layers")
        if bits.read(5) > 7:
            bits.read(1)
        if has_delay and bits.read(1):
            bits.read(4)


def read_frame(data: bytes, sequence: Sequence) -> FrameHeader:
    """Return what the head of a frame says; raises Unreadable."""
    bits = Bits(data)
    if bits.read(1):
        return FrameHeader(INTER, True, 0, (), shows_slot=bits.read(3))
    kind, is_shown = bits.read(2), bool(bits.read(1))
    if kind not in (KEY, INTER, INTRA_ONLY):
        raise Unreadable("a switch frame")
    is_fresh = kind == KEY and is_shown
    if not is_shown:
        bits.read(1)
    if not is_fresh and bits.read(1):
        raise Unreadable("a frame that renews the order of others")
    bits.read(1)
    tools = sequence.screen_content_tools
    tools = bits.read(1) if tools == CHOSEN_IN_FRAME else tools
    if tools and sequence.integer_motion == CHOSEN_IN_FRAME:
        bits.read(1)
    bits.read(1 + sequence.order_hint_bits)
    if kind == INTER:
        bits.read(3)
    refreshed = ALL_SLOTS if is_fresh else bits.read(SLOTS)
    return FrameHeader(kind, is_shown, refreshed, _references(bits, kind, sequence))


def _references(bits: Bits, kind: int, sequence: Sequence) -> tuple[int, ...]:
    if kind != INTER:
        return ()
    if sequence.order_hint_bits and bits.read(1):
        raise Unreadable("references by a short signal")
    return tuple(bits.read(3) for _ in range(REFERENCES))
