"""Pictures are as bright as the video: the formula of BT.709, 8-bit limited range, to full RGB."""

import pytest

from tests.processing.extraction.patches import encoded, flat_frame, middle

SIZE = (1280, 720)
COLOURS = [(16, 128, 128), (235, 128, 128), (126, 128, 128), (90, 100, 150), (120, 90, 110)]


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
    pixel = middle(encoded(flat_frame(colour, "yuv420p", SIZE), image_format))
    for got, wanted in zip(pixel, expected(colour), strict=True):
        assert abs(got - wanted) <= within
