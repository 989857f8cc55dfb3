"""Clocks that lie: too long, too fine, standing still, running back, no numbers at all."""

import struct
from fractions import Fraction
from typing import Final

from tests.hostile.boxes import NO_FLAGS, STBL, put, replace, u32
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip, made

TOO_LONG: Final = ("too_long", "too_many_frames", "unreadable")
ANY: Final = ("ready", *TOO_LONG)
MDHD: Final = "moov/trak/mdia/mdhd"
YEARS_10: Final = Fraction(10 * 365 * 86400)


def gap(container: str, codec: str, gap_s: Fraction, **more: object) -> bytes:
    """Return two pictures with a long time between them."""
    return made(container, codec, frame_times_s=[Fraction(0), gap_s], **more)


@hostile("too_long", harm="floods", file="input.webm")
def ten_years_between_two_pictures(_: Place) -> bytes:
    return gap("webm", "vp8", YEARS_10, container_options={"live": "1"})


@hostile(*ANY)
def ten_years_between_two_pictures_in_mp4(_: Place) -> bytes:
    return replace(clip("mp4"), STBL + "stts", NO_FLAGS, u32(2, 9, 1024, 1, 0x7FFFFFFF))


@hostile("too_long", "too_many_frames", harm="floods")
def a_day_between_two_pictures(_: Place) -> bytes:
    return gap("matroska", "h264", Fraction(86_400))


@hostile("ready", harm="floods")
def three_hours_between_two_pictures(_: Place) -> bytes:
    return gap("matroska", "h264", Fraction(10_800))


SCALES: Final = {"0": 0, "1": 1, "2_to_the_31": 0x7FFFFFFF, "all_ones": 0xFFFFFFFF}
for _name, _scale in SCALES.items():
    add(
        f"ticks_a_second_{_name}",
        lambda _, scale=_scale: put(clip("mp4"), MDHD, 12, u32(scale)),
        *ANY,
    )
    add(
        f"ticks_a_second_of_the_movie_{_name}",
        lambda _, scale=_scale: put(clip("mp4"), "moov/mvhd", 12, u32(scale)),
        *ANY,
    )
for _name, _ticks in {"0": 0, "all_ones": 0xFFFFFFFF, "a_century": 0xBBF81E00}.items():
    add(f"duration_{_name}", lambda _, ticks=_ticks: put(clip("mp4"), MDHD, 16, u32(ticks)), *ANY)
    add(
        f"duration_of_all_{_name}",
        lambda _, ticks=_ticks: put(
            put(put(clip("mp4"), MDHD, 16, u32(ticks)), "moov/mvhd", 16, u32(ticks)),
            "moov/trak/tkhd",
            20,
            u32(ticks),
        ),
        *ANY,
    )

TIMECODE_SCALE, DURATION, SCALE_OF_TRACK = b"\x2a\xd7\xb1", b"\x44\x89", b"\x23\x31\x4f"
FLOATS: Final = {
    "no_number": struct.pack(">d", float("nan")),
    "infinity": struct.pack(">d", float("inf")),
    "less_than_nothing": struct.pack(">d", -1e300),
    "the_largest": struct.pack(">d", 1.7e308),
    "the_smallest": struct.pack(">d", 5e-324),
}


def _patched(data: bytes, mark: bytes, length: int, value: bytes) -> bytes:
    """Return a Matroska file with the value after an element's name overwritten."""
    at = data.index(mark + bytes([0x80 | length])) + len(mark) + 1
    return data[:at] + value + data[at + length :]


for _name, _value in FLOATS.items():
    add(
        f"matroska_duration_of_{_name}",
        lambda _, value=_value: _patched(clip("matroska"), DURATION, 8, value),
        *ANY,
    )
for _name, _value in {"0": bytes(3), "1": b"\0\0\1", "16_million": b"\xff\xff\xff"}.items():
    add(
        f"matroska_ticks_of_{_name}_ns",
        lambda _, value=_value: _patched(clip("matroska"), TIMECODE_SCALE, 3, value),
        *ANY,
    )


@hostile(*ANY, options={"interval_s": Fraction(1, 1000), "max_frames": 10**6})
def wish_for_a_million_pictures(_: Place) -> bytes:
    """A video that says it lasts a century, and options that would take all of it."""
    return put(clip("mp4"), MDHD, 16, u32(0x7FFFFFFF))


@hostile("ready", "unreadable", options={"mode": "every_nth", "every_nth": 1})
def every_picture_at_one_time(_: Place) -> bytes:
    return replace(clip("mp4"), STBL + "stts", NO_FLAGS, u32(1, 10, 0))


@hostile("ready", "unreadable", options={"mode": "scenes"})
def scenes_at_one_time(_: Place) -> bytes:
    return replace(clip("mp4"), STBL + "stts", NO_FLAGS, u32(1, 10, 0))


@hostile("too_long", harm="floods")
def flash_of_times_that_wrap(_: Place) -> bytes:
    """Each tag's time goes up by almost all that fits."""
    data = bytearray(clip("flv"))
    at, number = 13, 0
    while at + 11 < len(data):
        size = int.from_bytes(data[at + 1 : at + 4])
        data[at + 4 : at + 8] = u32(number * 0x70000000)
        number, at = number + 1, at + 11 + size + 4
    return bytes(data)
