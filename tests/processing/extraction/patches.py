"""Frames of one colour, and what the engine's pictures make of them."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame

from apps.processing.extraction import VideoFacts
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import PictureEncoder

FACTS = VideoFacts(
    duration_s=Fraction(1), width=64, height=64, container="mov", codec="hevc",
    pixel_format="yuv420p", avg_frame_rate=Fraction(25), variable_frame_rate=False, rotation=0,
    mirrored=False, sample_aspect_ratio=Fraction(1), interlaced=False, color_space="bt709",
    color_range="limited", color_transfer="bt709", color_primaries="bt709", color_peak_nits=None,
    frames_expected=1,
)  # fmt: skip


def flat_frame(
    codes: tuple[int, ...], pixel_format: str, size: tuple[int, int] = (64, 64), **tags: int
) -> VideoFrame:
    """Return a frame whose planes hold one code each; tags as `colorspace`, `color_trc`."""
    frame = VideoFrame(*size, pixel_format)
    kind = np.uint16 if max(part.bits for part in frame.format.components) > 8 else np.uint8
    for plane, code in zip(frame.planes, codes, strict=True):
        plane.update(np.full(plane.buffer_size // kind().itemsize, code, kind).tobytes())
    for name, value in tags.items():
        setattr(frame, name, value)
    return frame


def encoded(frame: VideoFrame, image_format: str = "png", **facts: Any) -> bytes:
    """Return the image file that the engine makes of a frame."""
    encoder = PictureEncoder(Options(image_format=image_format, quality=100), Limits())
    return encoder.encode(frame, VideoFacts(**{**vars(FACTS), **facts})).data


def middle(image: bytes) -> tuple[float, ...]:
    """Return red, green and blue in the middle of an image file."""
    with av.open(io.BytesIO(image)) as opened:
        pixels = next(opened.decode(video=0)).to_ndarray(format="rgb24")
    return tuple(float(part) for part in pixels[pixels.shape[0] // 2, pixels.shape[1] // 2])
