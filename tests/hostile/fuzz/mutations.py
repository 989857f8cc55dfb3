"""Ways to bend a file: blindly, near the marks of its structure, and with another file."""

from collections.abc import Callable
from random import Random
from typing import Final

#: What containers and codecs know things by; what stands behind them is most worth bending.
MARKS: Final = (
    *(b"ftyp", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"stts", b"ctts", b"stsz"),
    *(b"stsc", b"stco", b"co64", b"stss", b"elst", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"avcC"),
    *(b"hvcC", b"av1C", b"esds", b"vpcC", b"moof", b"traf", b"trun", b"tfhd", b"tfdt", b"sidx"),
    *(b"mfra", b"udta", b"meta", b"mdat", b"free", b"dref", b"colr", b"pasp", b"avc1", b"jpeg"),
    *(b"RIFF", b"LIST", b"hdrl", b"strl", b"avih", b"strh", b"strf", b"movi", b"idx1", b"00dc"),
    *(b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75"),
    *(b"\x15\x49\xa9\x66", b"\x1c\x53\xbb\x6b", b"\x11\x4d\x9b\x74", b"\x12\x54\xc3\x67"),
    *(b"\x2a\xd7\xb1", b"\x44\x89", b"\x63\xa2", b"\x23\xe3\x83", b"\xa3", b"\xa0", b"\xe7"),
    *(b"\0\0\x01\xba", b"\0\0\x01\xbb", b"\0\0\x01\xe0", b"\0\0\x01\xbc", b"\0\0\x01\xb3"),
    *(b"\0\0\x01\xb5", b"\0\0\x01\x00", b"\0\0\0\x01\x67", b"\0\0\0\x01\x68", b"\0\0\0\x01\x65"),
    *(b"\x47\x40\x00", b"\x47\x50\x00", b"\x47\x41\x00", b"FLV\x01", b"onMetaData", b"icpf"),
    *(b"\x9d\x01\x2a", b"\x49\x83\x42", b"\xff\xd8\xff", b"\xff\xc0\0\x11", b"\xff\xc4"),
    *(b"\x0a\x0b", b"\x12\0", b"\0\0\x01\x26", b"\0\0\x01\x42", b"\xff\x10\x03"),
)  # fmt: skip
NUMBERS: Final = (
    *(0, 1, 2, 7, 8, 16, 32, 33, 63, 64, 127, 128, 255, 256, 1023, 1024, 4095, 4096, 32767),
    *(32768, 65535, 65536, 2**24 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63),
    2**64 - 1,
)  # fmt: skip
WIDTHS: Final = (1, 2, 3, 4, 8)

Mutation = Callable[[bytearray, Random, bytes], None]


def _span(data: bytearray, dice: Random, most: int = 4000) -> slice:
    begin = dice.randrange(len(data))
    length = min(int(most ** dice.random()), len(data) - begin)
    return slice(begin, begin + length)


def flip_bits(data: bytearray, dice: Random, _: bytes) -> None:
    """Flip from one to fifty bits anywhere."""
    for _number in range(dice.choice((1, 2, 5, 50))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def overwrite(data: bytearray, dice: Random, _: bytes) -> None:
    """Overwrite a span with zeros, ones, or noise."""
    span = _span(data, dice)
    length = span.stop - span.start
    data[span] = dice.choice((bytes(length), b"\xff" * length, dice.randbytes(length)))


def cut_out(data: bytearray, dice: Random, _: bytes) -> None:
    """Remove a span."""
    del data[_span(data, dice)]


def cut_off(data: bytearray, dice: Random, _: bytes) -> None:
    """Remove the end."""
    del data[dice.randrange(len(data)) :]


def repeat(data: bytearray, dice: Random, _: bytes) -> None:
    """Put a span many times behind itself."""
    span = _span(data, dice, 1000)
    data[span.stop : span.stop] = bytes(data[span]) * dice.choice((1, 2, 30, 500))


def copy(data: bytearray, dice: Random, _: bytes) -> None:
    """Write a span over another place."""
    source, begin = bytes(data[_span(data, dice)]), dice.randrange(len(data))
    data[begin : begin + len(source)] = source


def write_number(data: bytearray, dice: Random, _: bytes) -> None:
    """Write a number that is likely to hurt, anywhere."""
    _write_number(data, dice, dice.randrange(len(data)))


def _write_number(data: bytearray, dice: Random, at: int) -> None:
    width = dice.choice(WIDTHS)
    number = dice.choice(NUMBERS) + dice.choice((0, 0, 0, -1, 1))
    order = dice.choice(("big", "big", "little"))
    data[at : at + width] = (number % 256**width).to_bytes(width, order)


def place_of_mark(data: bytearray, dice: Random) -> int:
    """Return a place where one of the marks stands; any where none does."""
    for mark in dice.sample(MARKS, 12):
        places, at = [], data.find(mark)
        while at >= 0 and len(places) < 50:
            places.append(at)
            at = data.find(mark, at + 1)
        if places:
            return dice.choice(places)
    return dice.randrange(len(data))


def bend_size(data: bytearray, dice: Random, _: bytes) -> None:
    """Write a number where a mark has its size: before it, or behind."""
    at = place_of_mark(data, dice)
    _write_number(data, dice, max(0, at + dice.choice((-4, 1, 2, 4))))


def bend_field(data: bytearray, dice: Random, _: bytes) -> None:
    """Write a number a little behind a mark."""
    at = place_of_mark(data, dice)
    _write_number(data, dice, min(len(data) - 1, at + dice.randrange(4, 100)))


def write_mark(data: bytearray, dice: Random, _: bytes) -> None:
    """Write a mark where another stands, or anywhere."""
    at = place_of_mark(data, dice) if dice.random() < 0.7 else dice.randrange(len(data))
    mark = dice.choice(MARKS)
    data[at : at + len(mark) * dice.randrange(2)] = mark


def move_part(data: bytearray, dice: Random, _: bytes) -> None:
    """Move or double what stands between two marks."""
    begin, end = sorted((place_of_mark(data, dice), place_of_mark(data, dice)))
    part = bytes(data[begin:end])
    if dice.random() < 0.5:
        del data[begin:end]
    at = place_of_mark(data, dice) if data else 0
    data[at:at] = part


def splice(data: bytearray, dice: Random, other: bytes) -> None:
    """Go on, or stop over, with a part of another file."""
    begin = dice.randrange(len(data))
    first, last = sorted((dice.randrange(len(other)), dice.randrange(len(other))))
    end = dice.choice((begin, begin + last - first, len(data)))
    data[begin:end] = other[first:last]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(flip_bits, flip_bits, overwrite, cut_out, cut_off, repeat, copy, write_number, write_number),
    *(bend_size, bend_size, bend_size, bend_field, bend_field, bend_field, write_mark, move_part),
    splice,
)
HEAD_BYTES: Final = 4
MOST_BYTES: Final = 2 * 1024**2


def mutated(seed: bytes, other: bytes, dice: Random) -> bytes:
    """Return a file with one to eight things done to it; mostly its first bytes stay."""
    data = bytearray(seed)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        dice.choice(MUTATIONS)(data, dice, other)
        del data[MOST_BYTES:]
        if not data:
            break
    if dice.random() < 0.9:
        data[:HEAD_BYTES] = seed[:HEAD_BYTES]
    return bytes(data)
