"""MP4 whose boxes nest without end, are many, or unpack to very much."""

import zlib

from tests.hostile.boxes import box, boxes, extend, u32
from tests.hostile.inputs.mp4_boxes import EITHER, HEAD
from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip


def nested(kind: bytes, depth: int) -> bytes:
    """Return a box in a box in a box."""
    sizes = range(8 * depth, 0, -8)
    return b"".join(u32(size) + kind for size in sizes)


@hostile("unreadable", "no_video")
def boxes_ten_thousand_deep(_: Place) -> bytes:
    return HEAD + nested(b"moov", 10_000)


@hostile(*EITHER)
def tracks_within_tracks(_: Place) -> bytes:
    return extend(clip("mp4"), "moov", nested(b"trak", 5_000))


@hostile(*EITHER)
def user_data_within_user_data(_: Place) -> bytes:
    return extend(clip("mp4"), "moov", nested(b"udta", 5_000), nested(b"meta", 5_000))


@hostile("unreadable", "no_video")
def description_of_zeros(_: Place) -> bytes:
    """A moov of eight megabytes, all zeros: each four bytes a box of size 0."""
    return HEAD + box(b"moov", bytes(8 * 1024**2))


@hostile(*EITHER)
def million_empty_boxes(_: Place) -> bytes:
    return HEAD + box(b"free") * 1_000_000 + clip("mp4")


@hostile(*EITHER)
def three_hundred_thousand_boxes_within(_: Place) -> bytes:
    return extend(clip("mp4"), "moov", box(b"free") * 300_000)


@hostile("ready")
def thousand_descriptions(_: Place) -> bytes:
    data = clip("mp4")
    moov = next(box(kind, body) for kind, body in boxes(data) if kind == b"moov")
    return data + moov * 1000


def compressed(size: int, declared: int) -> bytes:
    """Return a movie whose description is compressed zeros, and says how large they are."""
    packed = zlib.compress(bytes(size), 9)
    inner = box(b"dcom", b"zlib") + box(b"cmvd", u32(declared), packed)
    return HEAD + box(b"moov", box(b"cmov", inner))


@hostile("unreadable", "no_video")
def compressed_description_of_a_gigabyte(_: Place) -> bytes:
    return compressed(64 * 1024**2, 1024**3)


@hostile("unreadable", "no_video")
def compressed_description_of_four_gigabytes(_: Place) -> bytes:
    return compressed(1024, 2**32 - 1)


@hostile("unreadable", "no_video")
def compressed_descriptions_in_each_other(_: Place) -> bytes:
    inner = compressed(100, 100)[len(HEAD) :]
    for _level in range(50):
        packed = zlib.compress(inner)
        body = box(b"dcom", b"zlib") + box(b"cmvd", u32(len(inner)), packed)
        inner = box(b"moov", box(b"cmov", body))
    return HEAD + inner
