"""Pictures and streams without a container of the list: some are good, none is taken."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

import av
from PIL import Image

from tests.hostile.registry import Place, add
from tests.hostile.seeds import clip


def picture(kind: str, frames: int = 1) -> bytes:
    """Return an image file, moving where there are several frames."""
    images = [Image.new("RGB", (64, 48), (number * 20, 0, 0)) for number in range(frames)]
    with BytesIO() as written:
        more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
        images[0].save(written, kind, **more)
        return written.getvalue()


def annex_b(codec: str) -> bytes:
    """Return a raw stream of H.264 or HEVC."""
    with av.open(BytesIO(clip("mpegts", codec))) as opened:
        return b"".join(bytes(packet) for packet in opened.demux(video=0) if packet.size)


def _y4m(_: Place) -> bytes:
    return b"YUV4MPEG2 W16384 H16384 F25:1 Ip A1:1 C420jpeg\nFRAME\n" + bytes(4096)


def _ivf(_: Place) -> bytes:
    head = b"DKIF\0\0\x20\0VP80" + (64).to_bytes(2, "little") + (48).to_bytes(2, "little")
    return head + bytes(20_000)


STREAMS: Final[dict[str, tuple[Callable[[Place], bytes], str]]] = {
    "raw.h264": (lambda _: annex_b("h264"), "unsupported_type"),
    "raw.hevc": (lambda _: annex_b("hevc"), "unsupported_type"),
    "raw.m2v": (lambda _: annex_b("mpeg2video"), "unsupported_type"),
    "raw.mjpeg": (lambda _: picture("JPEG") * 50, "unsupported_type"),
    "huge.y4m": (_y4m, "unsupported_type"),
    "raw.ivf": (_ivf, "unsupported_type"),
    "moving.gif": (lambda _: picture("GIF", 5), "unsupported_type"),
    "moving.png": (lambda _: picture("PNG", 5), "unsupported_type"),
    "moving.webp": (lambda _: picture("WEBP", 5), "unreadable"),
    "still.jpg": (lambda _: picture("JPEG"), "unsupported_type"),
    "still.bmp": (lambda _: picture("BMP"), "unreadable"),
    "still.tiff": (lambda _: picture("TIFF"), "unreadable"),
    "still.heic": (lambda _: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "unsupported_type"),
    "still.avif": (lambda _: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(99), "unsupported_type"),
    "film.ogv": (lambda _: b"OggS\0\x02" + bytes(9000), "unsupported_type"),
    "film.asf": (lambda _: b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(9000), "unsupported_type"),
    "film.rm": (lambda _: b".RMF\0\0\0\x12" + bytes(9000), "unreadable"),
    "film.flic": (lambda _: bytes(4) + b"\x11\xaf" + bytes(9000), "unreadable"),
    "film.smk": (lambda _: b"SMK2" + b"\xff" * 9000, "unreadable"),
    "film.bik": (lambda _: b"BIKi" + b"\xff" * 9000, "unreadable"),
    "film.mxf": (lambda _: b"\x06\x0e\x2b\x34\x02\x05\x01\x01" + bytes(9000), "unreadable"),
    "film.nut": (lambda _: b"nut/multimedia container\0" + bytes(9000), "unreadable"),
    "film.dv": (lambda _: b"\x1f\x07\0\x3f" + bytes(240_000), "unreadable"),
    "film.wtv": (lambda _: b"\xb7\xd8\0\x20\x37\x49\xda\x11" + bytes(9000), "unreadable"),
    "sound.mp3": (lambda _: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(9000), "no_video"),
    "sound.wav": (lambda _: b"RIFF\xff\xff\xff\x7fWAVEfmt " + bytes(9000), "no_video"),
    "sound.shn": (lambda _: b"ajkg\x02" + b"\xff" * 9000, "unreadable"),
}

for _name, (_write, _code) in STREAMS.items():
    _harm = "shows" if _name in ("raw.mjpeg", "moving.gif") else None
    add(_name, _write, _code, file=_name, harm=_harm)
