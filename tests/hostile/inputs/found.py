"""What bending at random has found, bent on purpose."""

from fractions import Fraction
from typing import Final

from tests.hostile.boxes import NO_FLAGS, STBL, put, replace, u32
from tests.hostile.registry import Place, hostile
from tests.hostile.riff import le
from tests.hostile.seeds import clip

ENORMOUS: Final = 0x7FFFFFF0


@hostile("ready", options={"interval_s": Fraction(1, 10)})
def one_packet_of_two_gigabytes(_: Place) -> bytes:
    """Nothing else is wrong: what comes before is good."""
    return put(clip("mp4"), STBL + "stsz", 12 + 4 * 7, u32(ENORMOUS))


@hostile("ready", options={"interval_s": Fraction(1, 10)})
def one_avi_packet_of_two_gigabytes(_: Place) -> bytes:
    data = clip("avi")
    at = data.index(b"00dc", data.index(b"00dc", data.index(b"movi")) + 4)
    return data[: at + 4] + le(ENORMOUS) + data[at + 8 : data.index(b"idx1")]


@hostile("ready", "too_long", options={"distinct": True, "interval_s": Fraction(2)})
def picture_that_stands_still_for_days(_: Place) -> bytes:
    """It is asked for at twenty thousand times, and always looks the same."""
    return replace(clip("mp4"), STBL + "stts", NO_FLAGS, u32(2, 1, 1_600_000 * 1024, 9, 1024))


@hostile("ready", options={"start_s": Fraction(6, 5)})
def range_between_the_last_picture_and_the_end(_: Place) -> bytes:
    """The file says that it lasts a little longer than its pictures do."""
    return put(clip("mp4"), "moov/trak/mdia/mdhd", 16, u32(14 * 1024))
