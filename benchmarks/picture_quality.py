"""Bytes, error and cost of our pictures: python -m benchmarks.picture_quality [VIDEO …]

Frames of 1080p are drawn (a fractal; bars with noise), and three are taken from each video. The
error is PSNR in dB against the decoded frame, taken to the image's matrix and range by the formula
in floating point: of luma, of chroma, of all samples. `ffmpeg, that size` is where ffmpeg's JPEG
would be at the size of ours. It keeps the video's matrix, which no JPEG tells; `as shown` is its
error where it is seen with JPEG's own. PNG loses nothing of the picture that was converted. At the
end, milliseconds of computing for each part of a picture, medians of --runs.
"""

import argparse
import io
import subprocess
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import av
import imageio_ffmpeg
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from apps.processing.extraction.pictures.converting import MEAN, Converter
from apps.processing.extraction.pictures.pictures import (
    FORMATS,
    PREVIEW,
    THUMBNAIL_QUALITY,
    THUMBNAIL_SIDE_PX,
    display_size,
    encode_image,
)

Planes = list[NDArray[Any]]
DRAWN: Final = {
    "fractal": ("mandelbrot=size=1920x1080:rate=1", ""),
    "bars, noise": ("testsrc2=size=1920x1080:rate=1", "noise=alls=12:allf=t:all_seed=1"),
}
#: Kr and Kb of luma: what the video's codes mean, and JPEG's.
BT709, BT601 = (0.2126, 0.0722), (0.299, 0.114)
QUALITY = 90


class Quality(NamedTuple):
    """Size in bytes; PSNR in dB."""

    size_bytes: int
    luma: float
    chroma: float

    @property
    def together(self) -> float:
        """PSNR over the samples of all three planes: two thirds of them are luma."""
        error = 2 * 10 ** (-self.luma / 10) + 10 ** (-self.chroma / 10)
        return float(-10 * np.log10(error / 3))


def drawn(source: str, filters: str) -> VideoFrame:
    """Return the third picture of one of FFmpeg's sources, as limited BT.709."""
    graph = Graph()
    name, _, arguments = source.partition("=")
    nodes = [graph.add(name, arguments)]
    if filters:
        nodes.append(graph.add(*filters.split("=", 1)))
    nodes += [graph.add("format", "yuv420p"), graph.add("buffersink")]
    graph.link_nodes(*nodes).configure()
    frame = [graph.vpull() for _ in range(3)][-1]
    frame.colorspace, frame.color_range = 1, ColorRange.MPEG
    return frame


def taken(video: Path) -> Iterator[tuple[str, VideoFrame]]:
    """Yield three frames from the video's beginning, five seconds apart."""
    with av.open(video) as container:
        rate = int(container.streams.video[0].average_rate or 25)
        frames = islice(container.decode(video=0), 5 * rate, 16 * rate, 5 * rate)
        yield from ((f"{video.stem[:14]} {5 * n} s", frame) for n, frame in enumerate(frames, 1))


def planes_of(frame: VideoFrame) -> Planes:
    """Return Y, Cb and Cr as numbers."""
    return [
        np.frombuffer(bytes(plane), np.uint8)
        .reshape(plane.height, plane.line_size)[:, : plane.width]
        .astype(float)
        for plane in frame.planes
    ]


def turned(video: Planes, *, to: tuple[float, float]) -> Planes:
    """Return the codes of a full-range picture with another matrix, by the formula."""
    y, cb, cr = (video[0] - 16) / 219, (video[1] - 128) / 224, (video[2] - 128) / 224
    (kr, kb), (to_kr, to_kb) = BT709, to
    red, blue = 2 * (1 - kr) * cr, 2 * (1 - kb) * cb  # more than luma
    green = -(kr * red + kb * blue) / (1 - kr - kb)
    luma = to_kr * red + to_kb * blue + (1 - to_kr - to_kb) * green
    chroma = [(blue - luma) / (2 * (1 - to_kb)), (red - luma) / (2 * (1 - to_kr))]
    wide = luma.repeat(2, 0).repeat(2, 1)[: y.shape[0], : y.shape[1]]
    codes = [(y + wide) * 255, *(each * 255 + 128 for each in chroma)]
    return [np.clip(each, 0, 255) for each in codes]


def psnr(got: list[NDArray[Any]], wanted: list[NDArray[Any]]) -> float:
    """Return dB; the planes may have different sizes."""
    error = np.concatenate([(a - b).ravel() for a, b in zip(got, wanted, strict=True)])
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def read(data: bytes) -> Planes:
    """Return the full-range planes of an image."""
    with av.open(io.BytesIO(data)) as image:
        frame = next(image.decode(video=0))
    planes = planes_of(frame)
    if frame.format.name.startswith("yuvj"):
        return planes
    return [(planes[0] - 16) * 255 / 219, *((each - 128) * 255 / 224 + 128 for each in planes[1:])]


def theirs(frame: VideoFrame, quality: str) -> bytes:
    """Return ffmpeg's own JPEG of a decoded frame."""
    raw = frame.to_ndarray(format="yuv420p").tobytes()
    size = ["-s", f"{frame.width}x{frame.height}", "-color_range", "tv", "-colorspace", "bt709"]
    made = ["-q:v", quality, "-c:v", "mjpeg", "-f", "image2pipe", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo"]
    command += ["-pix_fmt", "yuv420p", *size, "-i", "-", *made]
    return subprocess.run(command, input=raw, capture_output=True, check=True).stdout


def ours(frame: VideoFrame, image_format: str) -> bytes:
    """Return our image of a decoded frame."""
    chosen = FORMATS[image_format]
    picture = Converter(chosen.pixels).convert(frame, (frame.width, frame.height))
    return encode_image(picture, chosen, QUALITY)


def errors(data: bytes, wanted: Planes) -> Quality:
    """Return how large an image is and how near it comes."""
    got = read(data)
    return Quality(len(data), psnr(got[:1], wanted[:1]), psnr(got[1:], wanted[1:]))


def theirs_at(size_bytes: int, frame: VideoFrame) -> Quality:
    """Return what ffmpeg's JPEG would reach at a size, along the line of -q:v 2 and 3."""
    wanted = turned(planes_of(frame), to=BT709)
    near, far = (errors(theirs(frame, quality), wanted) for quality in ("2", "3"))
    share = np.log(size_bytes / near.size_bytes) / np.log(far.size_bytes / near.size_bytes)
    decibels = (a + share * (b - a) for a, b in zip(near[1:], far[1:], strict=True))
    return Quality(size_bytes, *decibels)


def rows(frame: VideoFrame) -> Iterator[tuple[str, Quality]]:
    """Yield the lines of a frame."""
    video = planes_of(frame)
    same, jpeg = turned(video, to=BT709), turned(video, to=BT601)
    our = errors(ours(frame, "jpg"), jpeg)
    yield f"ours, quality {QUALITY}", our
    yield "ffmpeg, that size", theirs_at(our.size_bytes, frame)
    yield "ffmpeg -q:v 2", errors(theirs(frame, "2"), same)
    yield "  as shown", errors(theirs(frame, "2"), jpeg)
    yield f"ours, WebP {QUALITY}", errors(ours(frame, "webp"), jpeg)
    yield "ours, PNG", Quality(len(ours(frame, "png")), np.nan, np.nan)


def parts(frame: VideoFrame, runs: int) -> Iterator[list[str]]:
    """Yield what each part of a JPEG with its thumbnail costs."""
    full = FORMATS["jpg"]
    converter, shrinker = Converter(full.pixels), Converter(PREVIEW.pixels, MEAN)
    picture = converter.convert(frame, (frame.width, frame.height))
    size = display_size(picture, Fraction(1), THUMBNAIL_SIDE_PX)
    small = shrinker.convert(picture, size)
    steps: dict[str, Callable[[], object]] = {
        "convert": lambda: converter.convert(frame, (frame.width, frame.height)),
        "JPEG": lambda: encode_image(picture, full, QUALITY),
        "thumbnail: shrink": lambda: shrinker.convert(picture, size),
        "thumbnail: WebP": lambda: encode_image(small, PREVIEW, THUMBNAIL_QUALITY),
    }
    for name, step in steps.items():
        yield [name, f"{median(spent_ms(step) for _ in range(runs)):.2f}"]


def spent_ms(step: Callable[[], object]) -> float:
    """Return the computing time of this thread."""
    before = time.thread_time()
    step()
    return (time.thread_time() - before) * 1000


def main() -> None:
    """Print the tables."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("videos", nargs="*", type=Path, help="8 bits, 4:2:0, limited BT.709")
    reader.add_argument("--runs", type=int, default=15)
    asked = reader.parse_args()
    frames = [(name, drawn(*what)) for name, what in DRAWN.items()]
    frames += [named for video in asked.videos for named in taken(video)]
    print(f"{'frame':<22} {'image':<18} {'bytes':>9} {'luma':>6} {'chroma':>6} {'all':>6}")
    for name, frame in frames:
        for image, quality in rows(frame):
            decibels = f"{quality.luma:>6.2f} {quality.chroma:>6.2f} {quality.together:>6.2f}"
            print(f"{name:<22} {image:<18} {quality.size_bytes:>9} {decibels}", flush=True)
    for name, frame in frames:
        print(f"\nms of {name}:", ", ".join(" ".join(row) for row in parts(frame, asked.runs)))


if __name__ == "__main__":
    main()
