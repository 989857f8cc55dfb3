"""MPEG-PS: no end, no beginning, padding and maps without pictures."""

from typing import Final

from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip

EITHER: Final = ("ready", "unreadable", "no_video")
PACK: Final = b"\0\0\x01\xba\x44\0\x04\0\x04\x01\x01\x89\xc3\xf8"
PADDING: Final = b"\0\0\x01\xbe\x07\xec" + b"\xff" * 2028


@hostile("unreadable", "no_video")
def program_of_padding(_: Place) -> bytes:
    return PACK + PADDING * 4_000


@hostile("unreadable", "no_video")
def program_of_packs(_: Place) -> bytes:
    return PACK * 300_000


@hostile(*EITHER)
def program_with_padding_between(_: Place) -> bytes:
    data = clip("mpeg")
    return data + PADDING * 4_000 + data


@hostile("unreadable", "no_video")
def program_of_maps(_: Place) -> bytes:
    table = b"\xe1\xff\0\0\x03\xfc" + b"\x1b\xe0\0\0" * 255
    return PACK + (b"\0\0\x01\xbc" + len(table).to_bytes(2) + table) * 3_000


@hostile("unreadable", "no_video")
def program_of_every_stream(_: Place) -> bytes:
    """All numbers of streams there are, over and over."""
    heads = (
        b"\0\0\x01" + bytes([number]) + b"\0\x08\x80\0\0" + bytes(5) for number in range(0xBC, 256)
    )
    return PACK + b"".join(heads) * 500


@hostile("unreadable", "no_video")
def program_of_private_streams(_: Place) -> bytes:
    """Subtitles and sounds of discs, every number."""
    heads = (b"\0\0\x01\xbd\0\x0c\x80\0\0" + bytes([number]) + bytes(8) for number in range(256))
    return PACK + b"".join(heads) * 300


@hostile(*EITHER)
def program_of_packets_of_no_size(_: Place) -> bytes:
    return clip("mpeg") + b"\0\0\x01\xe0\0\0" * 300_000


@hostile("unreadable", "no_video")
def program_of_start_codes(_: Place) -> bytes:
    return PACK + b"\0\0\x01" * 1_000_000


@hostile(*EITHER)
def program_that_begins_a_hundred_times(_: Place) -> bytes:
    return clip("mpeg") * 100


@hostile(*EITHER)
def program_whose_times_go_back(_: Place) -> bytes:
    data = clip("mpeg")
    return data + data[: len(data) // 2] + data


@hostile("unreadable", "no_video")
def program_of_a_disc_menu(_: Place) -> bytes:
    """Navigation packets alone."""
    return (
        PACK + b"\0\0\x01\xbf\x03\xd4\0" + bytes(979) + b"\0\0\x01\xbf\x03\xfa\x01" + bytes(1017)
    ) * 2_000
