"""Pictures are as bright as the video: the formula of BT.709, 8-bit limited range, to full RGB."""

import io
from fractions import Fraction

import av
import pytest
from av.video.frame import VideoFrame

from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures import PictureEncoder

SIZE = (1280, 720)
COLOURS = [(16, 128, 128), (235, 128, 128), (126, 128, 128), (90, 100, 150), (120, 90, 110)]


def flat_frame(colour: tuple[int, int, int]) -> VideoFrame:
    frame = VideoFrame(*SIZE, "yuv420p")
    for plane, value in zip(frame.planes, colour, strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def expected(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    """ITU-R BT.709-6, 3.2 to 3.5, inverted."""
    y, cb, cr = (colour[0] - 16) / 219, (colour[1] - 128) / 224, (colour[2] - 128) / 224
    red, blue = y + 1.5748 * cr, y + 1.8556 * cb
    return red * 255, ((y - 0.2126 * red - 0.0722 * blue) / 0.7152) * 255, blue * 255


@pytest.mark.parametrize(("image_format", "within"), [("png", 1.0), ("jpg", 2.5)])
@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_keeps_its_brightness(
    colour: tuple[int, int, int], image_format: str, within: float
) -> None:
    encoder = PictureEncoder(Options(image_format=image_format, quality=100), Limits())
    data = encoder.encode(flat_frame(colour), Fraction(1)).data
    with av.open(io.BytesIO(data)) as image:
        pixel = next(image.decode(video=0)).to_ndarray(format="rgb24")[360, 640]
    for got, wanted in zip(pixel, expected(colour), strict=True):
        assert abs(float(got) - wanted) <= within
