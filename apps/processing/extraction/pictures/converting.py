"""From the pixels of a frame to those that an image encoder wants: size, colours, matrix, range."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from av.video.frame import VideoFrame
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)

from apps.processing.extraction.pictures.colour_mapping import CUBE_FORMAT, ColourMapper
from apps.processing.extraction.pictures.colourless import with_chroma
from apps.processing.extraction.pictures.frame_colours import colours_of, matrix_of, range_of
from apps.processing.extraction.pictures.multiplying import Multiplier, can_multiply
from apps.processing.extraction.pictures.tone_mapping import PEAK_NITS

Size: TypeAlias = tuple[int, int]

#: Without the two FULL_CHR flags swscale darkens every picture by two levels (measured on 1080p
#: footage against the float formula: bias -1.9, with them 0.02).
_EXACT: Final = (
    Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
SHARP: Final = Interpolation.BICUBIC | _EXACT
#: The mean of the pixels that become one: enough for a preview, at half of the computing.
MEAN: Final = Interpolation.AREA | _EXACT


@dataclass(frozen=True)
class Pixels:
    """How pixels are stored (YUV always with the BT.601 matrix of JPEG)."""

    pixel_format: str
    color_range: ColorRange


_CUBE: Final = Pixels(CUBE_FORMAT, ColorRange.JPEG)
#: From RGB, swscale is exact where the range is limited; two bits more keep its rounding small.
_DEEP: Final = Pixels("yuv420p10le", ColorRange.MPEG)


class Converter:
    """Converts frames for one target, one after the other: each thread needs its own."""

    def __init__(self, target: Pixels, scaling: Interpolation = SHARP) -> None:
        self._target, self._scaling = target, scaling
        self._scaler, self._widener, self._deepener = (VideoReformatter() for _ in range(3))
        self._mapper, self._multiplier = ColourMapper(), Multiplier(target.color_range)

    def convert(self, frame: VideoFrame, size: Size, peak_nits: int = PEAK_NITS) -> VideoFrame:
        """Return the frame in the size (pixels) and with the colours of the image.

        `peak_nits` is how bright the brightest highlight of an HDR video is.
        """
        frame = with_chroma(frame)
        colours = colours_of(frame, peak_nits)
        if colours is not None:
            wide = self._scaled(self._widener, frame, size, _CUBE)
            frame = self._mapper.map(wide, colours)
        if self._target.pixel_format == "yuv420p":
            frame = self._multiplied(frame, size)
        return _without_tags(self._scaled(self._scaler, frame, size, self._target))

    def _multiplied(self, frame: VideoFrame, size: Size) -> VideoFrame:
        """Return the frame with the matrix and the range of the image, as far as that is cheap."""
        if not can_multiply(frame):
            frame = self._scaled(self._deepener, frame, size, _DEEP)
        is_same_size = size == (frame.width, frame.height)
        is_needed = is_same_size or matrix_of(frame) is not Colorspace.ITU601
        return self._multiplier.multiply(frame) if is_needed and can_multiply(frame) else frame

    def _scaled(
        self, scaler: VideoReformatter, frame: VideoFrame, size: Size, pixels: Pixels
    ) -> VideoFrame:
        return scaler.reformat(
            frame,
            width=size[0],
            height=size[1],
            format=pixels.pixel_format,
            src_colorspace=matrix_of(frame),
            dst_colorspace=Colorspace.ITU601,
            src_color_range=range_of(frame),
            dst_color_range=pixels.color_range,
            interpolation=self._scaling,
            threads=1,
        )


def _without_tags(picture: VideoFrame) -> VideoFrame:
    """Take away what is said of the colours: an image without a word is for a normal screen."""
    picture.color_trc, picture.color_primaries = ColorTrc.UNSPECIFIED, ColorPrimaries.UNSPECIFIED
    return picture
