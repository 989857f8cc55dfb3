"""Whether a tool gave the right frames: compared with decoding everything, on small grey copies."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.extraction.footage import bench_folder
from benchmarks.extraction.tools import Wish

#: A picture is a frame when it is at least as near as this, and no neighbour is nearer.
NEAR_DB: Final = 30.0
NEIGHBOURS: Final = 2
#: Two frames that are nearer to each other than this are one picture to the eye.
SAME_DB: Final = 50.0
SIZE: Final = (480, 270)

Grey = NDArray[np.float32]


def judged(wish: Wish) -> dict[str, int]:
    """Return how many pictures are the right frame, how many one beside it, given and wanted."""
    wanted = _reference(wish)
    given = [_grey_picture(data) for data in _pictures(wish.folder)]
    shown = [_shown(picture, frames) for picture, frames in zip(given, wanted, strict=False)]
    return {
        "right": shown.count("right"),
        "beside": shown.count("beside"),
        "given": len(given),
        "wanted": len(wanted),
    }


def _shown(picture: Grey, frames: Grey) -> str:
    """Tell what a picture shows: the frame in the middle, one beside it, or another."""
    right = frames[len(frames) // 2]
    nearness_db = [_psnr_db(picture, frame) for frame in frames]
    nearest = frames[int(np.argmax(nearness_db))]
    if max(nearness_db) < NEAR_DB:
        return "another"
    return "right" if _psnr_db(nearest, right) >= SAME_DB else "beside"


def _psnr_db(one: Grey, other: Grey) -> float:
    error = float(np.mean((one - other) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-6)))


def _pictures(folder: Path) -> list[bytes]:
    archive = folder / "frames.zip"
    if not archive.exists():
        return [file.read_bytes() for file in sorted(folder.glob("*.jpg"))]
    with zipfile.ZipFile(archive) as opened:
        return [opened.read(name) for name in opened.namelist() if name.endswith(".jpg")]


def _grey_picture(data: bytes) -> Grey:
    with av.open(io.BytesIO(data)) as image:
        return _grey(next(image.decode(video=0)))


def _grey(frame: av.VideoFrame) -> Grey:
    small = frame.reformat(
        width=SIZE[0], height=SIZE[1], format="gray", dst_color_range="JPEG", interpolation="AREA"
    )
    return small.to_ndarray().astype(np.float32)


def _reference(wish: Wish) -> NDArray[np.float32]:
    """Return for each wanted time the right frame between its neighbours; kept beside the clips."""
    kept = bench_folder() / "references" / f"{wish.video.name}-{wish.interval}.npy"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        np.save(kept, np.array(list(_decoded(wish)), dtype=np.uint8))
    found: NDArray[np.float32] = np.load(kept).astype(np.float32)
    return found


def _decoded(wish: Wish) -> Iterator[list[Grey]]:
    """Decode everything; the frame for t is the last whose time is not later than t."""
    with av.open(str(wish.video)) as container:
        container.streams.video[0].thread_type = "AUTO"
        window: list[tuple[Fraction, Any]] = []
        times = iter([Fraction(time) for time in wish.times])
        time_s = next(times, None)
        for frame_s, frame in _padded(_timed(container.decode(video=0))):
            window = [*window[-2 * NEIGHBOURS :], (frame_s, frame)]
            middle = len(window) - 1 - NEIGHBOURS
            while time_s is not None and middle >= 0 and window[middle + 1][0] > time_s:
                around = window[max(middle - NEIGHBOURS, 0) :]
                yield _windowed([_grey(each) for _, each in around])
                time_s = next(times, None)


def _windowed(greys: list[Grey]) -> list[Grey]:
    """Return as many before the middle as after it; at the start the last ones stand in."""
    missing = 2 * NEIGHBOURS + 1 - len(greys)
    return [greys[-1]] * missing + greys


def _timed(frames: Iterable[av.VideoFrame]) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    first_s: Fraction | None = None
    for frame in frames:
        if frame.pts is not None and frame.time_base is not None:
            time_s = frame.pts * frame.time_base
            first_s = time_s if first_s is None else first_s
            yield time_s - first_s, frame


def _padded(
    frames: Iterator[tuple[Fraction, av.VideoFrame]],
) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    """Go on behind the last frame, so that it too comes to the middle."""
    last_s, last = Fraction(0), None
    for last_s, last in frames:
        yield last_s, last
    for more in range(1, NEIGHBOURS + 1):
        if last is not None:
            yield last_s + more, last
