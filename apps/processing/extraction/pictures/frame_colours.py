"""What the codes of a frame mean: its matrix, its range, its transfer and primaries."""

import struct
from typing import Final

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from apps.processing.extraction.pictures.side_data import side_data_of
from apps.processing.extraction.pictures.tone_mapping import MOST_NITS, PEAK_NITS, Colours

HD_HEIGHT_PX: Final = 720
HDR_TRANSFERS: Final = {int(ColorTrc.SMPTE2084): "PQ", int(ColorTrc.ARIB_STD_B67): "HLG"}

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
_WIDE_PRIMARIES: Final = {
    int(ColorPrimaries.BT2020): "bt2020",
    int(ColorPrimaries.SMPTE431): "p3",
    int(ColorPrimaries.SMPTE432): "p3",
}


def tags_of(frame: VideoFrame) -> tuple[int, ...]:
    """Return what the frame says of its colours, as FFmpeg's numbers."""
    return frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries


def matrix_of(frame: VideoFrame) -> Colorspace:
    """Return the frame's matrix; where it says none, what every player assumes for its height."""
    if frame.color_trc in HDR_TRANSFERS:
        assumed = Colorspace.BT2020
    else:
        assumed = Colorspace.ITU709 if frame.height >= HD_HEIGHT_PX else Colorspace.ITU601
    return _MATRICES.get(frame.colorspace, assumed)


def range_of(frame: VideoFrame) -> ColorRange:
    """Return whether black and white are the ends of the codes (JPEG) or lie inside (MPEG)."""
    is_full = frame.format.name.startswith("yuvj") or frame.format.is_rgb
    return ColorRange.JPEG if is_full or frame.color_range == ColorRange.JPEG else ColorRange.MPEG


def colours_of(frame: VideoFrame, peak_nits: int) -> Colours | None:
    """Return what has to be mapped to a normal screen; None where nothing has.

    BT.601's primaries count as BT.709's, from which they hardly differ. Where none are said,
    an HDR transfer or BT.2020's matrix speak for BT.2020.
    """
    transfer = HDR_TRANSFERS.get(frame.color_trc)
    primaries = _WIDE_PRIMARIES.get(frame.color_primaries)
    if frame.color_primaries == ColorPrimaries.UNSPECIFIED and (
        transfer or _MATRICES.get(frame.colorspace) is Colorspace.BT2020
    ):
        primaries = "bt2020"
    if transfer is None and primaries is None:
        return None
    peak_nits = peak_nits if transfer == "PQ" else PEAK_NITS
    return Colours(transfer or "gamma", primaries or "bt709", peak_nits)


def peak_nits_of(frame: VideoFrame) -> int:
    """Return how bright the video says that its brightest highlight is, at least 1000 nits.

    The content's light level counts before the mastering display (CTA-861.3, SMPTE ST 2086).
    """
    said = side_data_of(frame)
    nits = 0
    if Type.CONTENT_LIGHT_LEVEL in said:
        (nits, _) = struct.unpack("2I", said[Type.CONTENT_LIGHT_LEVEL][:8])
    if not nits and Type.MASTERING_DISPLAY_METADATA in said:
        # Ten rationals, the last of them the greatest luminance; then what of them is set.
        *_, number, by, _, is_set = struct.unpack("22i", said[Type.MASTERING_DISPLAY_METADATA][:88])
        nits = number // by if is_set and by > 0 else 0
    return min(max(nits, PEAK_NITS), MOST_NITS)
