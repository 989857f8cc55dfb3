"""FLV: scripts without end, objects within objects, sizes that lead nowhere."""

import struct
from typing import Final

from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip

ANY: Final = ("ready", "unreadable", "no_video")
HEAD: Final = b"FLV\x01\x05" + bytes(3) + b"\x09" + bytes(4)
NAME: Final = b"\x02\0\x0aonMetaData"
NUMBER, OBJECT, ARRAY, TEXT, LONG_TEXT, LIST = 0, 3, 8, 2, 12, 10


def tag(kind: int, data: bytes, time_ms: int = 0) -> bytes:
    """Return a tag and its length behind it."""
    head = bytes([kind]) + len(data).to_bytes(3) + (time_ms & 0xFFFFFF).to_bytes(3)
    whole = head + bytes([time_ms >> 24 & 255]) + bytes(3) + data
    return whole + len(whole).to_bytes(4)


def scripted(script: bytes) -> bytes:
    """Return a film with a script before its tags."""
    return HEAD + tag(18, NAME + script) + clip("flv")[13:]


def value(kind: int, data: bytes) -> bytes:
    """Return a value of a script."""
    return bytes([kind]) + data


def named(name: bytes, data: bytes) -> bytes:
    """Return a value with its name."""
    return len(name).to_bytes(2) + name + data


NOT_A_NUMBER: Final = value(NUMBER, struct.pack(">d", float("nan")))
DEEP: Final = (b"\x03" + b"\0\x01a") * 50_000
SCRIPTS: Final = {
    "objects_within_objects": DEEP,
    "arrays_within_arrays": (b"\x08\0\0\0\x01" + b"\0\x01a") * 30_000,
    "lists_within_lists": b"\x0a\x00\x00\x00\x01" * 50_000,
    "list_of_four_billion": value(LIST, b"\xff" * 4),
    "array_of_four_billion": value(ARRAY, b"\xff" * 4),
    "text_of_four_gigabytes": value(LONG_TEXT, b"\xff" * 4 + b"A" * 100),
    "duration_of_no_number": value(ARRAY, b"\0\0\0\x01" + named(b"duration", NOT_A_NUMBER)),
    "size_of_no_number": value(
        ARRAY, b"\0\0\0\x02" + named(b"width", NOT_A_NUMBER) + named(b"height", NOT_A_NUMBER)
    ),
    "duration_of_a_century": value(
        ARRAY, b"\0\0\0\x01" + named(b"duration", value(NUMBER, struct.pack(">d", 3e9)))
    ),
    "duration_of_infinity": value(
        ARRAY, b"\0\0\0\x01" + named(b"duration", value(NUMBER, struct.pack(">d", float("inf"))))
    ),
    "keys_of_no_numbers": value(
        OBJECT,
        named(b"keyframes", value(OBJECT, named(b"times", b"\x0a" + (200_000).to_bytes(4)
              + NOT_A_NUMBER * 200_000) + named(b"filepositions", b"\x0a"
              + (200_000).to_bytes(4) + NOT_A_NUMBER * 200_000))),
    ),
    "texts_by_the_hundred_thousand": value(
        ARRAY, b"\0\0\xff\xff" + named(b"a", value(TEXT, b"\0\x01b")) * 100_000
    ),
    "text_for_a_terminal": value(ARRAY, b"\0\0\0\x01" + named(b"\x1b[2J", b"\x02\0\x04%n\xff\0")),
}  # fmt: skip
for _name, _script in SCRIPTS.items():
    add(f"flash_{_name}", lambda _, script=_script: scripted(script), *ANY, "too_long",
        "too_many_frames")  # fmt: skip


@hostile(*ANY)
def flash_scripts_without_end(_: Place) -> bytes:
    return HEAD + tag(18, NAME + value(ARRAY, bytes(4))) * 100_000


@hostile(*ANY)
def flash_tags_of_nothing(_: Place) -> bytes:
    return HEAD + tag(9, b"") * 200_000 + clip("flv")[13:]


@hostile(*ANY)
def flash_tags_of_an_unknown_kind(_: Place) -> bytes:
    return HEAD + tag(77, b"x" * 5) * 200_000 + clip("flv")[13:]


@hostile(*ANY)
def flash_lengths_that_lead_back(_: Place) -> bytes:
    data = bytearray(clip("flv"))
    at = 13
    while at + 11 < len(data):
        at += 11 + int.from_bytes(data[at + 1 : at + 4])
        data[at : at + 4] = b"\xff" * 4
        at += 4
    return bytes(data)


@hostile(*ANY)
def flash_head_of_four_gigabytes(_: Place) -> bytes:
    return b"FLV\x01\x05\xff\xff\xff\xff" + clip("flv")[9:]


@hostile(*ANY)
def flash_of_sound_alone(_: Place) -> bytes:
    return HEAD + tag(8, b"\xaf\x01" + bytes(50)) * 2_000


@hostile("encrypted", *ANY)
def flash_encrypted(_: Place) -> bytes:
    """Tags with the mark of encryption."""
    data = bytearray(clip("flv"))
    at = 13
    while at + 11 < len(data):
        data[at] |= 0x20
        at += 15 + int.from_bytes(data[at + 1 : at + 4])
    return bytes(data)


def of_codec(first: bytes) -> bytes:
    """Return a film whose pictures begin with these bytes."""
    return HEAD + b"".join(tag(9, first + bytes(100), 40 * number) for number in range(20))


CODECS: Final = {
    "screen_video": b"\x13", "screen_video_2": b"\x16", "vp6": b"\x14", "vp6_alpha": b"\x15",
    "h263": b"\x12", "unknown": b"\x1f", "av1": b"\x90av01", "vvc": b"\x90vvc1",
    "nobodys": b"\x90\x1b[2J", "many_tracks": b"\x96\x20hvc1\xff",
}  # fmt: skip
for _name, _first in CODECS.items():
    add(f"flash_of_{_name}", lambda _, first=_first: of_codec(first), "unsupported_codec", *ANY)
