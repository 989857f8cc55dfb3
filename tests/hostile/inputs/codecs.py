"""Codecs that are not on the list, in containers that are; each by its own name for them."""

from typing import Final

from tests.hostile.boxes import STBL, bend
from tests.hostile.ebml import SEGMENT, TRACK, TRACKS, element, elements, parts
from tests.hostile.registry import add
from tests.hostile.seeds import clip, made

NOT_TAKEN: Final = ("unsupported_codec", "unreadable", "no_video")
IN_AVI: Final = (
    *(b"CVID", b"IV31", b"IV41", b"IV50", b"ZMBV", b"MSZH", b"ZLIB", b"TSCC", b"TSC2", b"SVQ3"),
    *(b"FLIC", b"AFLC", b"ULTI", b"VMNC", b"SNOW", b"LAGS", b"UTVD", b"FPS1", b"MTS2", b"LOCO"),
    *(b"WMV3", b"VP60", b"VP70", b"VQA ", b"FLV1", b"DIVF", b"MSS1", b"MSS2", b"G2M4", b"FICV"),
    *(b"CFHD", b"MAGY", b"HYMT", b"SCPR", b"WRLE", b"RASC", b"MWSC", b"WCMV", b"\x1b[2J"),
)
IN_MP4: Final = (
    *(b"vvc1", b"vvi1", b"SVQ1", b"SVQ3", b"cvid", b"rle ", b"smc ", b"rpza", b"qdrw", b"8BPS"),
    *(b"mjp2", b"png ", b"tiff", b"gif ", b"flic", b"fire", b"kpcd", b"AVdn", b"apv1", b"evc1"),
    *(b"dvhe", b"icod", b"v210", b"raw ", b"yuv2", b"CHQX", b"pxlt", b"Hap1", b"\xff\xfe\xfd\xfc"),
)
IN_MATROSKA: Final = (
    *(b"V_REAL/RV10", b"V_REAL/RV40", b"V_THEORA", b"V_SNOW", b"V_DIRAC", b"V_FFV1", b"V_UNKNOWN"),
    *(b"V_MPEGI/ISO/VVC", b"V_QUICKTIME", b"V_UNCOMPRESSED", b"V_MS/VFW/FOURCC", b"V_\x1b[2J%n"),
    *(b"A_SHORTEN", b"V_MSWMV", b"V_AVS2", b"V_" + b"A" * 5000),
)


def _readable(name: bytes) -> str:
    plain = name[:16].decode("ascii", "replace").strip().lower()
    return plain.replace("/", "_").replace(" ", "_") if plain.isprintable() else name[:8].hex()


def in_avi(code: bytes) -> bytes:
    """Return an AVI that says its pictures are of a codec."""
    data = bytearray(clip("avi"))
    data[data.index(b"vids") + 4 : data.index(b"vids") + 8] = code
    at = data.index(b"strf") + 8 + 16
    data[at : at + 4] = code
    return bytes(data)


def in_mp4(code: bytes) -> bytes:
    """Return an MP4 that says so."""
    return bend(clip("mp4"), STBL + "stsd", lambda body: body.replace(b"avc1", code))


def in_matroska(name: bytes) -> bytes:
    """Return a Matroska film that says so."""
    head, kept = parts(clip("matroska"))
    bent = (element(each, _renamed(body, name) if each == TRACKS else body) for each, body in kept)
    return head + element(SEGMENT, *bent)


def _renamed(tracks: bytes, codec: bytes) -> bytes:
    return b"".join(
        element(TRACK, *(element(name, codec if name == b"\x86" else value)
                         for name, value in elements(body)))
        for each, body in elements(tracks) if each == TRACK
    )  # fmt: skip


for _code in IN_AVI:
    add(f"avi_of_{_readable(_code)}", lambda _, code=_code: in_avi(code), *NOT_TAKEN)
for _code in IN_MP4:
    add(f"mp4_of_{_readable(_code)}", lambda _, code=_code: in_mp4(code), *NOT_TAKEN)
for _code in IN_MATROSKA:
    add(f"matroska_of_{_readable(_code)}", lambda _, code=_code: in_matroska(code), *NOT_TAKEN)

#: Real clips of codecs that are not on the list: FFmpeg decodes them, we do not.
REAL: Final = {
    "ffv1": "matroska", "huffyuv": "avi", "flv": "flv", "zmbv": "avi", "png": "mov",
    "msmpeg4": "avi", "wmv2": "avi", "cinepak": "avi", "rawvideo": "avi",
}  # fmt: skip
_SHAPES: Final = {
    "huffyuv": {"pixel_format": "yuv422p"}, "zmbv": {"pixel_format": "bgr0"},
    "png": {"pixel_format": "rgb24"},
    "cinepak": {"pixel_format": "rgb24"},
}  # fmt: skip
for _codec, _container in REAL.items():
    add(
        f"real_{_codec}",
        lambda _, of=(_container, _codec): made(*of, **_SHAPES.get(of[1], {})),
        "unsupported_codec",
        harm="shows",
    )
