"""Pictures that say they are huge, become huge, or need much memory for few bytes."""

from functools import cache
from typing import Final

from tests.hostile.boxes import STBL, bend, put, u32
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip, made

LARGE: Final = ("too_large", "unreadable")
#: More pixels than are allowed, and not many more.
HUGE: Final = (4400, 4400)


@cache
def huge(container: str, codec: str, frames: int = 1, **more: object) -> bytes:
    """Return a clip of one colour with pictures larger than allowed."""
    shape = {"size": HUGE, "seconds": frames / 10, "grain": 0, "gop": 250}
    return made(container, codec, **shape, **more)


@hostile("too_large")
def pictures_larger_than_allowed(_: Place) -> bytes:
    return huge("mp4", "h264")


@hostile("too_large", "unreadable", "ready")
def pictures_that_say_they_are_small(_: Place) -> bytes:
    """The description says 64x48, the pictures themselves know better."""
    data = put(huge("mp4", "h264"), STBL + "stsd", 40, b"\0\x40\0\x30")
    return put(data, "moov/trak/tkhd", 76, u32(64 << 16, 48 << 16))


@hostile("too_large", "ready")
def pictures_that_become_huge(_: Place) -> bytes:
    """Small at first: the size is told anew midway."""
    return clip("mpegts") + huge("mpegts", "h264")


@hostile("too_large", "ready", "unreadable")
def pictures_that_become_huge_in_a_program(_: Place) -> bytes:
    more = {"size": (4092, 4092), "fps": 25, "seconds": 0.12, "grain": 0}
    return clip("mpeg") + made("mpeg", "mpeg2video", **more)


@hostile("ready", harm="memory")
def pictures_that_refer_to_sixteen_others(_: Place) -> bytes:
    """Few bytes, and 24 MB for each picture that must be kept."""
    return remembering()


@cache
def remembering() -> bytes:
    """Return pictures of sixteen million pixels that each refer to many before."""
    options = {"preset": "ultrafast", "x264-params": "ref=16:bframes=0:scenecut=0:keyint=250"}
    return made("mp4", "h264", size=(3968, 3968), seconds=1.8, grain=0, codec_options=options)


def _jpeg_sized(data: bytes, width: int, height: int) -> bytes:
    """Return a file of JPEG pictures that say another size."""
    found, at = bytearray(data), data.find(b"\xff\xc0\0\x11")
    while at >= 0:
        found[at + 5 : at + 9] = height.to_bytes(2) + width.to_bytes(2)
        at = data.find(b"\xff\xc0\0\x11", at + 4)
    return bytes(found)


for _container in ("avi", "matroska", "mp4"):
    add(
        f"jpeg_of_65500_in_{_container}",
        lambda _, container=_container: _jpeg_sized(clip(container, "mjpeg"), 65500, 65500),
        *LARGE,
    )
    add(
        f"jpeg_of_no_size_in_{_container}",
        lambda _, container=_container: _jpeg_sized(clip(container, "mjpeg"), 0, 0),
        *LARGE,
    )
    add(
        f"jpeg_of_a_line_in_{_container}",
        lambda _, container=_container: _jpeg_sized(clip(container, "mjpeg"), 65500, 1),
        *LARGE,
        "ready",
    )


def described(width: int, height: int) -> bytes:
    """Return an MP4 whose description says another size than its pictures."""
    return put(clip("mp4"), STBL + "stsd", 40, width.to_bytes(2) + height.to_bytes(2))


for _width, _height in ((65535, 65535), (1, 65535), (0, 0), (65535, 0)):
    add(
        f"described_as_{_width}x{_height}",
        lambda _, size=(_width, _height): described(*size),
        "ready", "too_large", "unreadable",
    )  # fmt: skip


def _vp9_sized(data: bytes) -> bytes:
    """Return VP9 pictures whose first says 65536x65536."""
    at = data.index(b"\x49\x83\x42")
    return data[: at + 3] + b"\x0f\xff\xff\xff\xff" + data[at + 8 :]


@hostile(*LARGE, "ready")
def vp9_of_65536(_: Place) -> bytes:
    return _vp9_sized(clip("matroska", "vp9"))


@hostile(*LARGE, "ready")
def vp8_of_16383(_: Place) -> bytes:
    data = bytearray(clip("matroska", "vp8"))
    at = data.index(b"\x9d\x01\x2a")
    data[at + 3 : at + 7] = b"\xff\x3f\xff\x3f"
    return bytes(data)


def _all_bits_set(data: bytes, mark: bytes, begin: int, end: int) -> bytes:
    """Return a file with ones from `begin` to `end` behind each mark."""
    changed = bytearray(data)
    at = changed.find(mark)
    while at >= 0:
        changed[at + begin : at + end] = b"\xff" * (end - begin)
        at = changed.find(mark, at + len(mark))
    return bytes(changed)


@hostile(*LARGE, "ready")
def prores_of_65535(_: Place) -> bytes:
    return _all_bits_set(clip("mov", "prores"), b"icpf", 12, 16)


@hostile(*LARGE, "ready")
def mpeg2_of_16383(_: Place) -> bytes:
    return _all_bits_set(clip("mpegts", "mpeg2video"), b"\0\0\x01\xb3", 4, 7)


@hostile(*LARGE, "ready")
def av1_of_65536(_: Place) -> bytes:
    """The size of the sequence."""
    return _all_bits_set(clip("matroska", "av1"), b"\x0a\x0b", 4, 9)


@hostile("ready", "unreadable", "too_large")
def setup_that_says_huge(_: Place) -> bytes:
    """The setup of a huge clip over the pictures of a small one."""
    large = huge("mp4", "h264")
    at = large.index(b"avcC")
    size = int.from_bytes(large[at - 4 : at])
    setup = large[at - 4 : at - 4 + size]

    def exchanged(body: bytes) -> bytes:
        old = body.index(b"avcC") - 4
        end = old + int.from_bytes(body[old : old + 4])
        entry = body[16:old] + setup + body[end:]
        return body[:8] + u32(len(entry) + 8) + b"avc1" + entry

    return bend(clip("mp4"), STBL + "stsd", exchanged)
