"""From the pixels of a frame to those that an image encoder wants: size, matrix, range."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

#: Without the two FULL_CHR flags swscale darkens every picture by two levels (measured on 1080p
#: footage against the float formula: bias -1.9, with them 0.02).
BIT_EXACT: Final = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
HD_HEIGHT_PX: Final = 720
#: What the filter takes that only multiplies by a matrix: a tenth of swscale's work, and closer
#: to the float formula (squared error of luma 0.08 against 0.13 to 0.36 on three 1080p frames).
MULTIPLIED_FORMATS: Final = frozenset({"yuv420p", "yuv420p10le"})

# AVColorSpace to swscale's numbers; 0 is RGB, 2 is "not said".
_MATRICES: Final = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
_FILTER_MATRICES: Final = {
    Colorspace.ITU709: "bt709",
    Colorspace.ITU601: "smpte170m",
    Colorspace.BT2020: "bt2020ncl",
}
_FILTER_RANGES: Final = {ColorRange.JPEG: "pc", ColorRange.MPEG: "tv"}


@dataclass(frozen=True)
class Target:
    """An image encoder, and the pixels it wants (always with the BT.601 matrix of JPEG)."""

    encoder: str
    pixel_format: str
    color_range: ColorRange


class Converter:
    """Converts frames, one after the other: each thread needs its own."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()

    def convert(self, frame: VideoFrame, size: tuple[int, int], target: Target) -> VideoFrame:
        """Return the frame in the size (pixels), matrix and range that the encoder wants."""
        is_same_size = size == (frame.width, frame.height) and not (size[0] % 2 or size[1] % 2)
        can_multiply = _matrix(frame) in _FILTER_MATRICES and target.pixel_format == "yuv420p"
        if is_same_size and can_multiply and frame.format.name in MULTIPLIED_FORMATS:
            return self._multiplied(frame, target)
        return self._scaler.reformat(
            frame,
            width=size[0],
            height=size[1],
            format=target.pixel_format,
            src_colorspace=_matrix(frame),
            dst_colorspace=Colorspace.ITU601,
            src_color_range=_range(frame),
            dst_color_range=target.color_range,
            interpolation=BIT_EXACT,
            threads=1,
        )

    def _multiplied(self, frame: VideoFrame, target: Target) -> VideoFrame:
        shape = (frame.width, frame.height, frame.format.name, _matrix(frame), _range(frame))
        if self._graph is None or shape != self._shape:
            self._graph, self._shape = _graph(frame, target), shape
        self._graph.vpush(frame)
        return self._graph.vpull()


def _graph(frame: VideoFrame, target: Target) -> Graph:
    source, wanted = _FILTER_RANGES[_range(frame)], _FILTER_RANGES[target.color_range]
    # `fast` and one gamma curve for both ends: nothing but the matrix and the range.
    arguments = {
        **{"iall": "bt709", "ispace": _FILTER_MATRICES[_matrix(frame)], "irange": source},
        **{"primaries": "bt709", "trc": "bt709", "fast": "1"},
        **{"space": "smpte170m", "range": wanted, "format": target.pixel_format},
    }
    graph = Graph()
    graph.threads = 1
    begin = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    multiply = graph.add("colorspace", ":".join(f"{k}={v}" for k, v in arguments.items()))
    end = graph.add("buffersink")
    begin.link_to(multiply)
    multiply.link_to(end)
    graph.configure()
    return graph


def _matrix(frame: VideoFrame) -> Colorspace:
    """Return the frame's matrix; where it says none, what every player assumes for its height."""
    assumed = Colorspace.ITU709 if frame.height >= HD_HEIGHT_PX else Colorspace.ITU601
    return _MATRICES.get(frame.colorspace, assumed)


def _range(frame: VideoFrame) -> ColorRange:
    is_full = frame.format.name.startswith("yuvj") or frame.format.is_rgb
    return ColorRange.JPEG if is_full or frame.color_range == ColorRange.JPEG else ColorRange.MPEG
