"""Reduced packets of AV1: each frame that is left finds in its slots what it found before.

Made-up streams of headers, with references at random; a slot machine of the test's own judges.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import av
import pytest

from apps.processing.extraction.decoding.av1_planning import units_in
from apps.processing.extraction.decoding.av1_reducing import Av1Reducer

FRAME, SHOWING = 6, 3
SEQUENCE = "0000" + "0" * 3 + "0" * 22 + "0" * 11 + "0" * 10


@dataclass(frozen=True)
class Event:
    """A frame, or the showing of slot `shows`."""

    number: int
    shown: bool
    filled: int
    sources: tuple[int, ...]
    shows: int | None = None


def unit(kind: int, bits: str, tail: bytes = b"") -> bytes:
    body = int(bits.ljust(-len(bits) // 8 * -8, "0"), 2).to_bytes(-(-len(bits) // 8)) + tail
    return bytes([kind << 3 | 2, len(body)]) + body


def written(event: Event) -> bytes:
    tail = event.number.to_bytes(2)
    if event.shows is not None:
        return unit(SHOWING, f"1{event.shows:03b}", tail)
    if not event.sources:
        return unit(FRAME, "0001" + "00", tail)  # a key frame
    kind = "0" + "01" + ("1" if event.shown else "01") + "0" + "00" + "000"
    places = "".join(f"{slot:03b}" for slot in event.sources)
    return unit(FRAME, kind + f"{event.filled:08b}" + places, tail)


def random_packets(dice: Random) -> list[list[Event]]:
    """A key frame, then packets of hidden frames and one picture, coded or only shown."""
    packets, number, hidden = [[Event(0, True, 255, ())]], 0, set[int]()
    for _ in range(40):
        packet = []
        for is_last in (*[False] * dice.choice((0, 0, 0, 1, 3)), True):
            number += 1
            if is_last and hidden and dice.random() < 0.4:
                slot = dice.choice(sorted(hidden))
                packet.append(Event(number, True, 0, (), shows=slot))
                continue
            filled = sum(1 << slot for slot in dice.sample(range(8), dice.choice((0, 1, 1, 2))))
            used = dice.sample(range(8), 2)
            sources = tuple(dice.choice(used) for _ in range(7))
            packet.append(Event(number, is_last, filled, sources))
            slots = {slot for slot in range(8) if filled >> slot & 1}
            hidden = hidden - slots if is_last else hidden | slots
        packets.append(packet)
    return packets


class SlotMachine:
    """Holds the numbers of frames, and notes what each event found."""

    def __init__(self) -> None:
        self.slots: list[int | None] = [None] * 8
        self.found: dict[int, list[int | None]] = {}

    def take(self, event: Event) -> None:
        places = event.sources if event.shows is None else (event.shows,)
        self.found[event.number] = [self.slots[place] for place in places]
        for slot in range(8):
            if event.filled >> slot & 1:
                self.slots[slot] = event.number


def packet_of(events: list[Event], pts: int) -> Any:
    made = av.Packet(b"".join(map(written, events)))
    made.pts, made.dts, made.time_base = pts, pts, Fraction(1, 25)
    return made


@pytest.mark.parametrize("seed", range(30))
def test_what_is_left_finds_what_it_found_before(seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    packets = random_packets(dice)
    events = {event.number: event for packet in packets for event in packet}
    whole, left = SlotMachine(), SlotMachine()
    for event in events.values():
        whole.take(event)
    wanted = set(dice.sample(range(len(packets)), 4))
    reducer = Av1Reducer(b"\x81\x00\x00\x00" + unit(1, SEQUENCE))
    sent: list[bytes] = []
    begin = 0
    for place in sorted(wanted):
        chunk = [packet_of(packets[at], at) for at in range(begin, place + 1)]
        more = place != max(wanted)
        sent += map(bytes, reducer.reduce(chunk, wanted.__contains__, may_continue=more))
        begin = place + 1
    for data in sent:
        for _, body, _ in units_in(data):
            left.take(events[int.from_bytes(body[-2:])])
    for number, found in left.found.items():
        assert found == whole.found[number]
    assert {packets[at][-1].number for at in wanted} <= left.found.keys()
    assert len(left.found) < len(events), "nothing was left out"
