"""Very many tracks, covers, chapters and texts in an MP4, and names that bite."""

from typing import Final

from tests.hostile.boxes import NO_FLAGS, bend, box, boxes, extend, u32
from tests.hostile.inputs.raw_streams import picture
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip

ANY: Final = ("ready", "unreadable", "no_video")
TRACK: Final = b"trak"


def _track(data: bytes) -> bytes:
    moov = next(body for kind, body in boxes(data) if kind == b"moov")
    return next(body for kind, body in boxes(moov) if kind == TRACK)


def with_tracks(count: int, *, sound: bool = False) -> bytes:
    """Return a video that has its track many times."""
    data = clip("mp4")
    track = _track(data).replace(b"vide", b"soun") if sound else _track(data)
    return extend(data, "moov", box(TRACK, track) * count)


for _count in (31, 32, 33, 1_000, 10_000):
    add(f"{_count}_tracks_more", lambda _, count=_count: with_tracks(count), *ANY)


@hostile(*ANY)
def tracks_of_sound_before_the_pictures(_: Place) -> bytes:
    data = clip("mp4")
    sound = box(TRACK, _track(data).replace(b"vide", b"soun").replace(b"avc1", b"mp4a"))
    return bend(data, "moov", lambda body: sound * 40 + body)


def items(*boxes_within: bytes) -> bytes:
    """Return a video with a list of texts and covers, as phones and shops write it."""
    handler = box(b"hdlr", NO_FLAGS, bytes(4), b"mdirappl", bytes(10))
    listed = box(b"meta", NO_FLAGS, handler, box(b"ilst", *boxes_within))
    return extend(clip("mp4"), "moov", box(b"udta", listed))


def item(kind: bytes, data: bytes, type_: int = 1) -> bytes:
    """Return one entry of that list."""
    return box(kind, box(b"data", u32(type_), bytes(4), data))


def huge_png() -> bytes:
    """Return a picture that says 30000x30000 pixels."""
    data = picture("PNG")
    return data[:16] + u32(30_000, 30_000) + data[24:]


COVERS: Final = {
    "cover_of_a_billion_pixels": item(b"covr", huge_png(), 14),
    "covers_by_the_thousand": item(b"covr", picture("JPEG"), 13) * 3_000,
    "covers_in_one_entry": box(b"covr", box(b"data", u32(13), bytes(4), picture("JPEG")) * 3_000),
    "cover_that_is_a_script": item(b"covr", b"#!/bin/sh\nid\n", 13),
    "cover_of_no_size": box(b"covr", u32(8) + b"data"),
    "cover_of_four_gigabytes": box(b"covr", u32(0xFFFFFFFF) + b"data" + u32(13) + bytes(4)),
}
TEXTS: Final = {
    "control_characters": bytes(range(32)) * 20,
    "colours_for_a_terminal": b"\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m",
    "format_strings": b"%s%s%n%x%p%99999999d{0.__class__}${jndi:ldap://127.0.0.1/a}" * 9,
    "four_megabytes": b"A" * 4_000_000,
    "broken_utf8": b"\xff\xfe\xed\xa0\x80\xf0\x28\x8c\x28\xc0\xaf\xf8\x88\x80" * 20,
    "path_names": b"../../../../etc/passwd\0/dev/sda\0C:\\con",
    "markup": b"<script>alert(1)</script>'; DROP TABLE videos; --",
    "right_to_left": "\u202egpj.exe\u2066\u200f".encode() * 50,
    "zeros": bytes(5000),
}
for _name, _cover in COVERS.items():
    add(_name, lambda _, cover=_cover: items(cover), *ANY)
for _name, _text in TEXTS.items():
    add(
        f"title_of_{_name}",
        lambda _, text=_text: items(item(b"\xa9nam", text), item(b"desc", text)),
        "ready",
    )


@hostile(*ANY)
def texts_by_the_hundred_thousand(_: Place) -> bytes:
    return items(item(b"\xa9nam", b"x") * 100_000)


@hostile(*ANY)
def keys_of_texts_by_the_million(_: Place) -> bytes:
    keys = box(b"keys", NO_FLAGS, u32(0x7FFFFFFF), box(b"mdta", b"a") * 100_000)
    handler = box(b"hdlr", NO_FLAGS, bytes(4), b"mdta", bytes(13))
    return extend(clip("mp4"), "moov", box(b"meta", handler, keys, box(b"ilst")))


@hostile(*ANY)
def chapters_by_the_hundred(_: Place) -> bytes:
    one = bytes(8) + b"\x05title"
    return extend(
        clip("mp4"),
        "moov",
        box(b"udta", box(b"chpl", u32(0x1000000), bytes(4), b"\xff", one * 255)),
    )


@hostile(*ANY)
def chapters_told_by_the_pictures_themselves(_: Place) -> bytes:
    reference = box(b"tref", box(b"chap", u32(*[1] * 50_000)))
    return extend(clip("mp4"), "moov/trak", reference)


@hostile(*ANY)
def handler_named_by_a_terminal(_: Place) -> bytes:
    return bend(clip("mp4"), "moov/trak/mdia/hdlr", lambda body: body[:20] + b"\x1b[2J\xff\xfe%n\0")


@hostile(*ANY)
def language_of_all_ones(_: Place) -> bytes:
    return bend(clip("mp4"), "moov/trak/mdia/mdhd", lambda body: body[:20] + b"\xff\xff\0\0")
