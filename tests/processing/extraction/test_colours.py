"""Colours of every format, matrix, range and gamut, against the formulas in floating point.

Red, green and blue of a PNG are within two codes of 255; a JPEG may be four off.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from apps.processing.extraction.pictures.converting import Converter
from apps.processing.extraction.pictures.pictures import FORMATS
from tests.media import BRIGHT, DARK, make_video
from tests.processing.extraction.colour_formulas import (
    from_yuv,
    on_screen,
    to_bt709,
    to_yuv,
    yuv_codes,
)
from tests.processing.extraction.patches import encoded, flat_frame, middle
from tests.processing.extraction.running import run

#: Codes of red, green and blue, 0 to 1.
PATCHES = {
    "black": (0, 0, 0),
    "white": (1, 1, 1),
    "grey": (0.5, 0.5, 0.5),
    "shadow": (0.05, 0.04, 0.03),
    "skin": (0.87, 0.68, 0.57),
    "red": (0.8, 0.1, 0.1),
    "green": (0.1, 0.7, 0.2),
    "blue": (0.15, 0.2, 0.8),
}
DEPTHS = {"yuv420p": 8, "yuv422p": 8, "yuv444p": 8, "yuv440p": 8}
DEPTHS |= {
    f"{name}{bits}le": bits for name in ("yuv420p", "yuv422p", "yuv444p") for bits in (10, 12)
}
#: AVColorSpace, AVColorPrimaries and AVColorTransferCharacteristic.
MATRICES = {"bt709": 1, "bt601": 6, "bt2020": 9}
WIDE = {"bt2020": 9, "p3": 12}
GAMMA = 1


def assert_near(image: bytes, wanted: Any, within: float = 2) -> None:
    assert np.abs(np.array(middle(image)) - wanted).max() <= within


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("pixel_format", DEPTHS)
@pytest.mark.parametrize("patch", PATCHES)
def test_formats_matrices_and_ranges(
    patch: str, pixel_format: str, matrix: str, full: bool
) -> None:
    bits = DEPTHS[pixel_format]
    codes = to_yuv(PATCHES[patch], matrix, bits=bits, full=full)
    said = {"colorspace": MATRICES[matrix], "color_range": 2 if full else 1, "color_primaries": 1}
    frame = flat_frame(codes, pixel_format, **said)
    wanted = np.clip(from_yuv(codes, matrix, bits=bits, full=full), 0, 1) * 255
    assert_near(encoded(frame), wanted)
    assert_near(encoded(frame, "jpg"), wanted, within=4)


@pytest.mark.parametrize("size", [(64, 64), (32, 48)], ids=["whole", "smaller"])
@pytest.mark.parametrize("image_format", ["jpg", "webp"])
@pytest.mark.parametrize("pixel_format", [*DEPTHS, "gbrp"])
def test_planes_are_the_formula_but_for_rounding(
    pixel_format: str, image_format: str, size: tuple[int, int]
) -> None:
    """No bias either: half a code of chroma on every picture is a tint."""
    full, bits = image_format == "jpg", DEPTHS.get(pixel_format, 8)
    converter, errors = Converter(FORMATS[image_format].pixels), []
    for colour in np.random.default_rng(1).uniform(0.05, 0.95, (30, 3)):
        if pixel_format == "gbrp":
            codes = tuple(np.round(colour * 255).astype(int)[[1, 2, 0]])
            frame, rgb = flat_frame(codes, "gbrp", colorspace=0), np.array(codes)[[2, 0, 1]] / 255
        else:
            codes = to_yuv(colour, "bt709", bits=bits)
            frame = flat_frame(codes, pixel_format, colorspace=1, color_range=1)
            rgb = from_yuv(codes, "bt709", bits=bits)
        planes = converter.convert(frame, size).planes
        stored = [bytes(plane)[plane.line_size * 3 + 3] for plane in planes]
        errors.append(np.array(stored) - yuv_codes(rgb, "bt601", full=full))
    assert np.abs(errors).max() <= 0.8
    assert np.abs(np.mean(errors, axis=0)).max() <= 0.3


@pytest.mark.parametrize(("height", "assumed"), [(480, "bt601"), (720, "bt709")])
@pytest.mark.parametrize("patch", ["skin", "red", "blue"])
def test_a_frame_without_a_word_is_what_players_assume(
    patch: str, height: int, assumed: str
) -> None:
    codes = to_yuv(PATCHES[patch], assumed)
    frame = flat_frame(codes, "yuv420p", (64, height), colorspace=2, color_range=0)
    assert_near(encoded(frame), from_yuv(codes, assumed) * 255)


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("grey", [0, 0.1, 0.5, 1])
@pytest.mark.parametrize("image_format", ["png", "jpg", "webp"])
def test_pictures_without_colour_are_as_bright(
    image_format: str, grey: float, full: bool, bits: int
) -> None:
    code = to_yuv([grey] * 3, "bt709", bits=bits, full=full)[0]
    frame = flat_frame((code,), "gray" if bits == 8 else "gray10le", color_range=2 if full else 1)
    assert_near(encoded(frame, image_format), [grey * 255] * 3)


@pytest.mark.parametrize("patch", PATCHES)
@pytest.mark.parametrize("image_format", ["png", "jpg"])
def test_rgb_in_a_video_stays_rgb(patch: str, image_format: str) -> None:
    red, green, blue = (round(code * 255) for code in PATCHES[patch])
    frame = flat_frame((green, blue, red), "gbrp", colorspace=0, color_range=2)
    assert_near(encoded(frame, image_format), [red, green, blue], within=2)


@pytest.mark.parametrize("primaries", WIDE)
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le", "yuv422p10le", "yuv444p"])
@pytest.mark.parametrize("patch", PATCHES)
def test_wide_colours_come_to_bt709(patch: str, pixel_format: str, primaries: str) -> None:
    matrix, bits = "bt2020" if primaries == "bt2020" else "bt709", DEPTHS[pixel_format]
    codes = to_yuv(PATCHES[patch], matrix, bits=bits)
    said = {"colorspace": MATRICES[matrix], "color_range": 1, "color_primaries": WIDE[primaries]}
    light = 203 * np.maximum(from_yuv(codes, matrix, bits=bits), 0) ** 2.4
    wanted = on_screen(to_bt709(light, primaries))
    frame = flat_frame(codes, pixel_format, color_trc=GAMMA, **said)
    assert_near(encoded(frame), wanted, within=3 if wanted.min() > 20 or not wanted.any() else 16)


def test_bt2020s_matrix_alone_speaks_for_its_primaries() -> None:
    codes = to_yuv(PATCHES["skin"], "bt2020")
    said, unsaid = (
        encoded(flat_frame(codes, "yuv420p", colorspace=9, color_range=1, color_primaries=number))
        for number in (9, 2)
    )
    assert said == unsaid


def test_images_carry_no_tags() -> None:
    """A viewer that knows PQ would take the mapped codes for light."""
    frame = flat_frame((600, 512, 512), "yuv420p10le", color_trc=16, color_primaries=9)
    image = encoded(frame)
    assert image[12:16] == b"IHDR"
    for chunk in (b"cICP", b"cHRM", b"gAMA", b"sRGB", b"mDCV", b"cLLI", b"iCCP"):
        assert chunk not in image


#: The test's own conversion to grey makes full range.
FULL = {"color": {"color_range": 2}}
CLIPS = {
    "prores": {"codec": "prores", "container": "mov"},
    "mjpeg 4:2:2": {"codec": "mjpeg", "pixel_format": "yuvj422p", "container": "mov"},
    "mjpeg 4:4:4": {"codec": "mjpeg", "pixel_format": "yuvj444p", "container": "mov"},
    "h264 4:2:2 10": {"pixel_format": "yuv422p10le"},
    "h264 4:4:4": {"pixel_format": "yuv444p"},
    "h264 grey": {"pixel_format": "gray", **FULL},
    "h264 rgb": {"codec": "libx264rgb", "pixel_format": "rgb24", "container": "matroska"},
    "hevc grey 10": {"codec": "hevc", "pixel_format": "gray10le", **FULL},
    "hevc 10": {"codec": "hevc", "pixel_format": "yuv420p10le"},
    "vp9 4:4:4": {"codec": "vp9", "pixel_format": "yuv444p", "container": "webm"},
    "av1 10": {"codec": "av1", "pixel_format": "yuv420p10le", "container": "matroska"},
}


@pytest.mark.parametrize("name", CLIPS)
def test_clips_of_every_format_are_as_bright(name: str, tmp_path: Path) -> None:
    clip: dict[str, Any] = {"container": "mp4", **CLIPS[name]}
    path = make_video(tmp_path / "clip", seconds=0.4, grain=0, **clip)
    result = run(path, image_format="png")
    assert result.numbers == [0]
    with Image.open(BytesIO(result.pictures[0].data)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    dark, bright = (from_yuv((code, 128, 128), "bt601")[0] * 255 for code in (DARK, BRIGHT))
    assert abs(np.percentile(pixels, 2) - dark) <= 3
    assert abs(np.percentile(pixels, 98) - bright) <= 3
