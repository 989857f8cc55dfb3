"""MPEG-TS: programs by the thousand, tables that change, packets that are nothing."""

from typing import Final

from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip
from tests.hostile.tables import programs, streams

EITHER: Final = ("ready", "unreadable", "no_video", "too_large", "too_long")
PACKET: Final = 188
NULL: Final = b"\x47\x1f\xff\x10" + b"\xff" * 184


@hostile(*EITHER)
def transport_of_250_programs(_: Place) -> bytes:
    pids = range(100, 350)
    return (
        programs(*pids)
        + b"".join(streams(pid, {pid + 1000: 0x1B}) for pid in pids)
        + clip("mpegts")
    )


@hostile(*EITHER)
def transport_of_thousands_of_streams(_: Place) -> bytes:
    tables = b"".join(
        streams(256, dict.fromkeys(range(first, first + 180), 0x1B), first % 32)
        for first in range(300, 8000, 180)
    )
    return programs(256) + tables + clip("mpegts")


@hostile(*EITHER)
def transport_whose_tables_change(_: Place) -> bytes:
    """At each packet of the pictures their program has another kind of stream."""
    data, found = clip("mpegts"), b""
    kinds = (0x1B, 0x24, 0x02, 0x33, 0x06, 0x10)
    for number, at in enumerate(range(0, len(data), PACKET)):
        found += data[at : at + PACKET]
        found += streams(4096, {256: kinds[number % len(kinds)]}, number)
    return found


@hostile(*EITHER)
def transport_whose_programs_change(_: Place) -> bytes:
    return b"".join(
        programs(*range(100 + number, 300 + number), version=number) for number in range(300)
    ) + clip("mpegts")


@hostile("unreadable", "no_video")
def transport_of_nothing(_: Place) -> bytes:
    return NULL * 40_000


@hostile(*EITHER)
def transport_with_nothing_between(_: Place) -> bytes:
    data = clip("mpegts")
    return data[: PACKET * 6] + NULL * 40_000 + data[PACKET * 6 :]


@hostile("unreadable", "no_video")
def transport_of_every_number(_: Place) -> bytes:
    """Packets of eight thousand streams that no table names, each the begin of a picture."""
    start = b"\0\0\x01\xe0\0\0\x80\x80\x05\x21\0\x01\0\x01"
    return b"".join(
        b"\x47" + (0x4000 | pid).to_bytes(2) + b"\x10" + start.ljust(184, b"\0")
        for pid in range(8192)
    )


@hostile(*EITHER)
def transport_packet_without_end(_: Place) -> bytes:
    """A picture of unknown length that goes on for ten megabytes."""
    data = clip("mpegts")
    more = b"\x47\x01\x00\x10" + bytes(184)
    return data + more * 50_000


@hostile(*EITHER)
def transport_of_adaptations_alone(_: Place) -> bytes:
    return clip("mpegts") + (b"\x47\x41\x00\x30\xff" + b"\xff" * 183) * 5_000


@hostile(*EITHER)
def transport_of_192_bytes_with_wrong_marks(_: Place) -> bytes:
    data = clip("mpegts")
    rows = (data[at : at + PACKET] for at in range(0, len(data), PACKET))
    return b"".join(b"\x47\x47\x47\x47" + row for row in rows)


def _times(data: bytes, change: int) -> bytes:
    """Return a transport stream whose pictures have other times."""
    found = bytearray(data)
    at = found.find(b"\0\0\x01\xe0")
    number = 0
    while at >= 0:
        if found[at + 7] & 0x80:
            ticks = number * change % 2**33
            found[at + 9 : at + 14] = bytes([
                found[at + 9] & 0xF0 | ticks >> 29 & 0xE | 1, ticks >> 22 & 255,
                ticks >> 14 & 0xFE | 1, ticks >> 7 & 255, ticks << 1 & 0xFE | 1,
            ])  # fmt: skip
            number += 1
        at = found.find(b"\0\0\x01\xe0", at + 4)
    return bytes(found)


#: What is added to the time of each picture, and what it does to others.
CHANGES: Final = {
    "stand_still": (0, None), "go_back": (-9000, "floods"), "jump_by_a_day": (2**32 + 1, "floods"),
}  # fmt: skip
for _name, (_change, _harm) in CHANGES.items():
    add(
        f"transport_times_that_{_name}",
        lambda _, by=_change: _times(clip("mpegts"), by),
        *EITHER,
        harm=_harm,
    )

#: What the table of the programs says of the pictures.
H264: Final = b"\x1b\xe1\x00\xf0\x00"
#: Kinds of streams whose codecs are not on the list.
for _name, _kind in {
    "vvc": 0x33,
    "avs": 0x42,
    "dirac": 0xD1,
    "jpeg2000": 0x21,
    "vc1": 0xEA,
}.items():
    add(
        f"transport_of_{_name}",
        lambda _, kind=_kind: clip("mpegts").replace(H264, bytes([kind]) + H264[1:]),
        "unsupported_codec", *EITHER,
    )  # fmt: skip
