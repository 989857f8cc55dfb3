"""MP4 whose boxes lie about their size, nest without end, or are many."""

from typing import Final

from tests.hostile.boxes import NO_FLAGS, STBL, bend, box, put, replace, u32, u64
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip, clip_with

EITHER: Final = ("ready", "unreadable", "no_video")
HEAD: Final = box(b"ftyp", b"isom", u32(512), b"isomiso2avc1mp41")


def sized(kind: bytes, size: int, large: int | None = None) -> bytes:
    """Return the head of a box that says any size."""
    return u32(size) + kind + (b"" if large is None else u64(large))


#: A box before the real ones: what its size says.
SIZES: Final = {
    "zero": sized(b"free", 0),
    "one_and_zero": sized(b"free", 1, 0),
    "one_and_eight": sized(b"free", 1, 8),
    "two_to_the_63": sized(b"free", 1, 2**63),
    "almost_two_to_the_64": sized(b"free", 1, 2**64 - 1),
    "seven": sized(b"free", 7),
    "four_billion": sized(b"free", 2**32 - 1),
    "back_to_itself": sized(b"free", 1, 2**64 - 16),
}


for _name, _head in SIZES.items():
    add(f"box_of_size_{_name}", lambda _, head=_head: HEAD + head + clip("mp4"), *EITHER)


@hostile(*EITHER)
def last_box_goes_on_to_no_end(_: Place) -> bytes:
    data = clip("mp4")
    at = data.index(b"moov") - 4
    return data[:at] + u32(0) + data[at + 4 :]


@hostile(*EITHER)
def moov_of_two_to_the_63(_: Place) -> bytes:
    data = clip("mp4")
    at = data.index(b"moov") - 4
    return data[:at] + sized(b"moov", 1, 2**63 - 1) + data[at + 8 :]


@hostile("unreadable", "no_video", "ready")
def random_description(_: Place) -> bytes:
    """Every fourth byte of the description inverted."""
    data = clip("mp4")
    at = data.index(b"moov") + 4
    return data[:at] + bytes(
        byte ^ 255 if number % 4 == 3 else byte for number, byte in enumerate(data[at:])
    )


#: Path of a box: its new body, and what may come of it.
BODIES: Final = {
    "colour_profile": (STBL + "stsd", "colr", NO_FLAGS + bytes(100)),
    "handler_without_end": ("moov/trak/mdia/hdlr", "", NO_FLAGS * 2 + b"vide" + b"A" * 1_000_000),
    "no_handler": ("moov/trak/mdia/hdlr", "", b""),
    "empty_track_header": ("moov/trak/tkhd", "", b""),
    "empty_movie_header": ("moov/mvhd", "", b""),
    "empty_sample_table": ("moov/trak/mdia/minf/stbl", "", b""),
    "no_sample_descriptions": (STBL + "stsd", "", NO_FLAGS + u32(0)),
    "million_sample_descriptions": (STBL + "stsd", "", NO_FLAGS + u32(1_000_000)),
    "short_sample_description": (STBL + "stsd", "", NO_FLAGS + u32(1) + box(b"avc1")),
}

for _name, (_path, _kind, _body) in BODIES.items():
    add(
        f"mp4_{_name}",
        lambda _, path=_path, body=_body: replace(clip("mp4"), path, body),
        *EITHER,
        "unsupported_codec",
    )


@hostile(*EITHER)
def decoder_setup_of_ones(_: Place) -> bytes:
    return bend(clip("mp4"), STBL + "stsd", lambda b: b[: b.index(b"avcC") + 4] + b"\xff" * 100)


@hostile(*EITHER)
def matrix_of_infinities(_: Place) -> bytes:
    return put(clip("mp4"), "moov/trak/tkhd", 40, u32(*[0x7FFFFFFF] * 9))


@hostile(*EITHER)
def matrix_of_zeros(_: Place) -> bytes:
    return put(clip("mp4"), "moov/trak/tkhd", 40, bytes(36))


@hostile(*EITHER)
def shown_65535_wide(_: Place) -> bytes:
    return put(clip("mp4"), "moov/trak/tkhd", 76, u32(0xFFFF0000, 0xFFFF0000))


@hostile(*EITHER, "too_large")
def pixels_a_billion_times_wider_than_high(_: Place) -> bytes:
    shape = box(b"pasp", u32(0x7FFFFFFF, 1))

    def widened(body: bytes) -> bytes:
        entry = body[16:] + shape
        return body[:8] + box(b"avc1", entry)

    return bend(clip("mp4"), STBL + "stsd", widened)


@hostile("ready", "encrypted")
def said_to_be_encrypted(_: Place) -> bytes:
    """A scheme of protection over pictures that are not protected."""
    scheme = box(b"schm", NO_FLAGS, b"cenc", u32(65536))
    key = box(b"tenc", NO_FLAGS, b"\0\0\x01\x08", bytes(16))
    protection = box(b"sinf", box(b"frma", b"avc1"), scheme, box(b"schi", key))

    def protected(body: bytes) -> bytes:
        return body[:8] + box(b"encv", body[16:] + protection)

    return bend(clip("mp4"), STBL + "stsd", protected)


@hostile("encrypted")
def encrypted_for_real(_: Place) -> bytes:
    keys = {"encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    return clip_with("mp4", {"encryption_scheme": "cenc-aes-ctr", **keys})
