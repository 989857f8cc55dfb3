"""Clips whose size, format or colours change on the way, as joined recordings have it."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.codec import CodecContext

from tests.media import ENCODERS, QUIET, numbered_frame, own_priority

FPS = 25
#: Pictures of one part.
PART = 25
GOP = 12


def changing_clip(
    path: Path, container: str, *parts: dict[str, Any], codec: str = "h264", bframes: int = 0
) -> Path:
    """Write parts of one second one after the other into one stream, numbered throughout.

    Each part has a `size`, and may have a `pixel_format` and `color`. The later ones bring their
    parameters in the packets.
    """
    with own_priority(), av.open(path, "w", format=container) as target:
        stream = target.add_stream(ENCODERS.get(codec, codec), rate=FPS)
        for number, part in enumerate(parts):
            encoder = stream.codec_context if number == 0 else _encoder(codec)
            _set_up(encoder, part, bframes)
            for shown in range(number * PART, (number + 1) * PART):
                frame = numbered_frame(shown, part["size"], encoder.pix_fmt, grain=2)
                frame.pts, frame.time_base = shown, encoder.time_base
                _mux(target, stream, encoder.encode(frame))
            _mux(target, stream, encoder.encode(None))
    return path


def _encoder(codec: str) -> Any:
    return CodecContext.create(ENCODERS.get(codec, codec), "w")


def _set_up(encoder: Any, part: dict[str, Any], bframes: int) -> None:
    encoder.width, encoder.height = part["size"]
    encoder.pix_fmt = part.get("pixel_format", "yuv420p")
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size, encoder.max_b_frames, encoder.thread_count = GOP, bframes, 1
    encoder.options = QUIET.get(encoder.codec.name, {})
    for name, value in part.get("color", {}).items():
        setattr(encoder, name, value)


def _mux(target: Any, stream: Any, packets: list[Any]) -> None:
    for packet in packets:
        packet.stream = stream
        target.mux(packet)
