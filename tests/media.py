"""Clips for tests, made on the spot: every frame carries its number in its pixels.

Nothing here is a fixture file: what a test needs is written into its own folder.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

ENCODERS: Final = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
    "prores": "prores_ks",
}
PIXEL_FORMATS: Final = {"mjpeg": "yuvj420p", "prores": "yuv422p10le"}
#: Without its pool of threads, which was seen to crash on tiny clips, and to spin for ever.
X265: Final = "log-level=none:pools=none"
QUIET: Final = {
    "libx265": {"x265-params": X265},
    "libx264": {"preset": "ultrafast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libsvtav1": {"preset": "12"},
}
GRID: Final = 4
MARK: Final = 1 << (GRID * GRID - 1)
DARK, BRIGHT = 40, 200


def make_video(
    path: Path,
    *,
    codec: str = "h264",
    seconds: Fraction | float = 3,
    fps: int = 25,
    size: tuple[int, int] = (128, 96),
    gop: int | None = None,
    bframes: int = 0,
    container: str | None = None,
    container_options: dict[str, str] | None = None,
    rotation: int = 0,
    mirrored: bool = False,
    sar: Fraction | None = None,
    start_offset_s: Fraction = Fraction(0),
    frame_times_s: Sequence[Fraction] | None = None,
    with_audio: bool = False,
    audio_seconds: float | None = None,
    cover_art: bool = False,
    pixel_format: str | None = None,
    color: dict[str, int] | None = None,
    codec_options: dict[str, str] | None = None,
    grain: int = 6,
) -> Path:
    """Write a clip whose frame i shows the number i; returns its path.

    `rotation` is in degrees counter-clockwise, as FFmpeg's display matrix has it.
    `frame_times_s` (milliseconds at best) makes a variable frame rate.
    """
    times_s = frame_times_s or [Fraction(i, fps) for i in range(round(Fraction(seconds) * fps))]
    options = container_options or {}
    with own_priority(), av.open(path, "w", format=container, options=options) as target:
        stream = _video_stream(target, codec, fps, size, pixel_format)
        context = stream.codec_context
        context.time_base = Fraction(1, 1000) if frame_times_s else Fraction(1, fps)
        context.thread_count = 1
        if gop:
            context.gop_size = gop
        context.max_b_frames = bframes
        context.options = QUIET.get(context.codec.name, {}) | (codec_options or {})
        for name, value in (color or {}).items():
            setattr(context, name, value)
        if sar:
            context.sample_aspect_ratio = sar
        if rotation or mirrored:
            stream.set_display_rotation(rotation, hflip=mirrored)
        sound = _audio_stream(target) if with_audio else None
        art = _cover_stream(target) if cover_art else None
        if art is not None:
            _mux_cover(target, art)
        if sound is not None:
            last_s = float(times_s[-1]) + 1 / fps
            _mux_silence(target, sound, audio_seconds or last_s)
        for number, time_s in enumerate(times_s):
            frame = numbered_frame(number, size, context.pix_fmt, rotation, mirrored, grain)
            frame.pts = round((time_s + start_offset_s) / context.time_base)
            frame.time_base = context.time_base
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


@contextmanager
def own_priority() -> Iterator[None]:
    """Give this thread its scheduling back: libsvtav1, run as root, makes it real-time.

    What the thread starts afterwards (servers, a browser) would inherit it, and hold the machine.
    """
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def numbered_frame(
    number: int,
    size: tuple[int, int],
    pixel_format: str | None = None,
    rotation: int = 0,
    mirrored: bool = False,
    grain: int = 0,
) -> av.VideoFrame:
    """Return a frame that shows a number as sixteen dark and bright fields, with some grain.

    It is stored so that turning it by `rotation`, then mirroring it, sets it upright.
    """
    width, height = size
    bits = [(number | MARK) >> bit & 1 for bit in range(GRID * GRID)]
    upright = np.array(bits, np.uint8).reshape(GRID, GRID) * (BRIGHT - DARK) + DARK
    fields = np.rot90(np.fliplr(upright) if mirrored else upright, -rotation // 90)
    rows, columns = np.arange(height) * GRID // height, np.arange(width) * GRID // width
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    noise = np.random.default_rng(number).integers(0, grain + 1, (height, width), np.uint8)
    planes[:height] = fields[rows[:, None], columns[None, :]] + noise
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return frame if pixel_format in (None, "yuv420p") else frame.reformat(format=pixel_format)


def number_in(picture: bytes) -> int:
    """Return the number an image file shows; fails where it is turned, mirrored or none."""
    with Image.open(BytesIO(picture)) as image:
        return number_in_luma(np.asarray(image.convert("L")))


def number_in_luma(luma: NDArray[Any]) -> int:
    """Return the number that a picture's luma shows."""
    height, width = luma.shape
    number = 0
    for bit in range(GRID * GRID):
        row, column = divmod(bit, GRID)
        y, x = (2 * row + 1) * height // (2 * GRID), (2 * column + 1) * width // (2 * GRID)
        field = luma[y - 1 : y + 2, x - 1 : x + 2]
        number |= int(field.mean() > (DARK + BRIGHT) / 2) << bit
    assert number & MARK, "the picture shows no number, or is not upright"
    return number & ~MARK


def audio_only(path: Path, *, seconds: float = 1, cover_art: bool = False) -> Path:
    """Write a file with sound alone, or with a picture on its sleeve."""
    with av.open(path, "w") as target:
        sound = _audio_stream(target)
        art = _cover_stream(target) if cover_art else None
        if art is not None:
            _mux_cover(target, art)
        _mux_silence(target, sound, seconds)
    return path


def random_bytes(path: Path, *, size_bytes: int = 200_000, seed: int = 1) -> Path:
    """Write noise under any name; the same for the same seed."""
    path.write_bytes(np.random.default_rng(seed).bytes(size_bytes))
    return path


def text_file(path: Path, text: str = "once upon a time\n" * 200) -> Path:
    """Write text under any name."""
    path.write_text(text)
    return path


def truncated(source: Path, path: Path, *, share: float) -> Path:
    """Write the first part of a file, as a broken upload or a full disk leaves it."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def _video_stream(
    target: Any, codec: str, fps: int, size: tuple[int, int], pixel_format: str | None
) -> Any:
    stream = target.add_stream(ENCODERS.get(codec, codec), rate=fps)
    stream.width, stream.height = size
    stream.pix_fmt = pixel_format or PIXEL_FORMATS.get(codec, "yuv420p")
    return stream


def _audio_stream(target: Any) -> Any:
    kind = {"avi": "mp2", "mpegts": "mp2", "mpeg": "mp2", "webm": "libopus"}
    return target.add_stream(kind.get(target.format.name, "aac"), rate=48000)


def _cover_stream(target: Any) -> Any:
    stream = target.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _mux_cover(target: Any, stream: Any) -> None:
    frame = numbered_frame(4242, (64, 64), "yuvj420p")
    frame.pts = 0
    target.mux(stream.encode(frame))
    target.mux(stream.encode(None))


def _mux_silence(target: Any, stream: Any, seconds: float) -> None:
    if not stream.codec_context.is_open:
        stream.codec_context.open()
    samples = stream.codec_context.frame_size or 1024
    for start in range(0, int(seconds * 48000), samples):
        frame = av.AudioFrame(stream.format.name, stream.layout.name, samples)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        target.mux(stream.encode(frame))
    target.mux(stream.encode(None))
