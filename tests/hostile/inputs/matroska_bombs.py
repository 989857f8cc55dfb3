"""Matroska: packets that unpack to very much, laces, and tracks by the thousand."""

import bz2
import zlib
from typing import Final

from tests.hostile import ebml
from tests.hostile.ebml import TRACK, element, elements, parts, with_elements
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip

EITHER: Final = ("ready", "unreadable", "no_video", "unsupported_codec", "encrypted")
ENCODINGS: Final = b"\x6d\x80"
SIMPLE_BLOCK: Final = b"\xa3"
ZLIB, BZLIB, LZO, HEADER = range(4)
SOUND: Final = b"\x02"


def tracked(*more: bytes) -> bytes:
    """Return a film with more said of its track."""
    head, kept = parts(clip("matroska"))
    bent = (
        element(name, _more_of_tracks(body, more) if name == ebml.TRACKS else body)
        for name, body in kept
    )
    return head + element(ebml.SEGMENT, *bent)


def _more_of_tracks(tracks: bytes, more: tuple[bytes, ...]) -> bytes:
    [(name, body)] = [each for each in elements(tracks) if each[0] == TRACK]
    return element(name, body, *more)


def compression(method: int, settings: bytes = b"") -> bytes:
    """Return the word that the packets of a track are compressed."""
    inner = element(b"\x42\x54", bytes([method])) + element(b"\x42\x55", settings)
    return element(ENCODINGS, element(b"\x62\x40", element(b"\x50\x34", inner)))


def blocks(data: bytes, count: int, flags: int = 0x80) -> bytes:
    """Return a cluster of blocks of the first track."""
    block = element(SIMPLE_BLOCK, b"\x81\0\0" + bytes([flags]) + data)
    return element(ebml.CLUSTER, element(b"\xe7", b"\0"), block * count)


def instead(cluster: bytes, *more: bytes) -> bytes:
    """Return a film with other packets, and more said of its track."""
    head, kept = parts(tracked(*more))
    rest = (element(name, body) for name, body in kept if name != ebml.CLUSTER)
    return head + element(ebml.SEGMENT, *rest, cluster)


BOMBS: Final = {
    "zlib": (ZLIB, lambda: zlib.compress(bytes(9 * 1024**2), 9)),
    "bzlib": (BZLIB, lambda: bz2.compress(bytes(9 * 1024**2), 9)),
    "lzo": (LZO, lambda: b"\0" * 5_000),
}
for _name, (_method, _data) in BOMBS.items():
    add(
        f"packets_that_unpack_by_{_name}",
        lambda _, method=_method, data=_data: instead(blocks(data(), 20), compression(method)),
        *EITHER,
    )


@hostile(*EITHER)
def packets_with_a_head_of_a_megabyte(_: Place) -> bytes:
    """Ten thousand packets of a byte, each to be put behind the same megabyte."""
    return instead(blocks(b"x", 10_000), compression(HEADER, bytes(1024**2)))


@hostile(*EITHER)
def setup_that_unpacks(_: Place) -> bytes:
    """The decoder's setup, and not only the packets, is compressed zeros."""
    scope = element(b"\x50\x32", b"\x03")
    inner = element(b"\x50\x34", element(b"\x42\x54", b"\0"))
    encoding = element(ENCODINGS, element(b"\x62\x40", scope, inner))
    return tracked(encoding, element(b"\x63\xa2", zlib.compress(bytes(50 * 1024**2), 9)))


@hostile(*EITHER)
def encodings_by_the_thousand(_: Place) -> bytes:
    one = element(b"\x62\x40", element(b"\x50\x34", element(b"\x42\x54", b"\0")))
    return tracked(element(ENCODINGS, one * 5_000))


@hostile(*EITHER)
def encrypted_tracks(_: Place) -> bytes:
    secret = element(b"\x50\x35", element(b"\x47\xe1", b"\x05"), element(b"\x47\xe2", bytes(16)))
    kind = element(b"\x50\x33", b"\x01")
    return tracked(element(ENCODINGS, element(b"\x62\x40", kind, secret)))


#: Flags of a block: how its laces are told.
LACES: Final = {"xiph": 0x82, "fixed": 0x84, "ebml": 0x86}
for _name, _flags in LACES.items():
    add(
        f"laces_of_{_name}_by_the_million",
        lambda _, flags=_flags: instead(blocks(b"\xff" + bytes(600), 8_000, flags)),
        *EITHER,
    )
    add(
        f"laces_of_{_name}_too_large",
        lambda _, flags=_flags: instead(blocks(b"\xff" * 600, 100, flags)),
        *EITHER,
    )


def _tracks(count: int, kind: bytes) -> bytes:
    _, kept = parts(clip("matroska"))
    [(_, body)] = [each for each in elements(dict(kept)[ebml.TRACKS]) if each[0] == TRACK]
    others = (
        element(TRACK, *(
            element(name, {b"\x83": kind, b"\xd7": number.to_bytes(4)}.get(name, value))
            for name, value in elements(body) if name != b"\x73\xc5"
        ))
        for number in range(2, count + 2)
    )  # fmt: skip
    return with_elements(clip("matroska"), before=element(ebml.TRACKS, *others))


for _count, _harm in ((40, None), (5_000, "memory")):
    add(
        f"matroska_{_count}_tracks",
        lambda _, count=_count: _tracks(count, b"\x01"),
        *EITHER,
        harm=_harm,
    )
    add(f"matroska_{_count}_sounds", lambda _, count=_count: _tracks(count, SOUND), *EITHER)


#: Number of an element of the pictures: what it says.
SHAPES: Final = {
    "stored_wide": (b"\xb0", b"\xff\xff\xff\xff"),
    "stored_flat": (b"\xba", b"\0"),
    "shown_wide": (b"\x54\xb0", b"\xff\xff\xff\xff"),
    "shown_flat": (b"\x54\xba", b"\0"),
    "cut_away": (b"\x54\xaa", b"\xff\xff\xff\xff"),
    "in_an_unknown_way": (b"\x53\xb8", b"\xff"),
}
for _name, (_element, _value) in SHAPES.items():
    add(
        f"matroska_pictures_{_name}",
        lambda _, name=_element, value=_value: tracked(element(b"\xe0", element(name, value))),
        *EITHER,
        "too_large",
    )
for _name, _value in {"nothing": b"\0", "a_nanosecond": b"\x01", "a_century": b"\xff" * 8}.items():
    add(
        f"matroska_frames_of_{_name}",
        lambda _, value=_value: tracked(element(b"\x23\xe3\x83", value)),
        *EITHER,
        "too_long",
        "too_many_frames",
    )


@hostile(*EITHER)
def colours_of_no_numbers(_: Place) -> bytes:
    nothing = b"\x7f\xf8" + bytes(6)
    ids = (b"\x55\xd1", b"\x55\xd2", b"\x55\xd5", b"\x55\xd9", b"\x55\xda")
    measured = element(b"\x55\xd0", *(element(each, nothing) for each in ids))
    colour = element(b"\x55\xb0", element(b"\x55\xba", b"\x10"), element(b"\x55\xbb", b"\xff\xff"),
                     element(b"\x55\xbc", b"\xff\xff\xff\xff"), measured)  # fmt: skip
    return tracked(element(b"\xe0", colour))


@hostile(*EITHER)
def projection_of_no_numbers(_: Place) -> bytes:
    nothing = b"\x7f\xf8" + bytes(6)
    turned = (element(each, nothing) for each in (b"\x76\x73", b"\x76\x74", b"\x76\x75"))
    return tracked(element(b"\xe0", element(b"\x76\x70", element(b"\x76\x71", b"\0"), *turned)))
