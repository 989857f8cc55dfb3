"""Clips of several shots, with cuts at known frames: ffmpeg's own sources, one after the other."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import imageio_ffmpeg

RATE: Final = 25
SIZE: Final = "320x180"
SHAPE: Final = f"size={SIZE}:rate={RATE}"

BARS: Final = f"smptebars={SHAPE}"
CARD: Final = f"testsrc={SHAPE}"
CARD_2: Final = f"testsrc2={SHAPE}"
FRACTAL: Final = f"mandelbrot={SHAPE}"
LIFE: Final = f"life={SHAPE}:mold=10:ratio=0.2:seed=3:death_color=0x402000:life_color=0x80c0ff"
RAINBOW: Final = f"rgbtestsrc={SHAPE}"
BLACK: Final = f"color=black:{SHAPE}"
WHITE: Final = f"color=white:{SHAPE}"
#: A card that is four times as wide, seen through a window that runs over it and back.
PAN: Final = f"testsrc2=size=1280x180:rate={RATE},crop=320:180:abs(mod(n*32\\,1920)-960):0"
GRAINY: Final = f"{BARS},noise=alls=20:allf=t:all_seed=5"


def make_film(path: Path, shots: Sequence[tuple[str, int]], *more: str) -> Path:
    """Write shots, each a source of ffmpeg and so many frames; returns the path."""
    inputs = [part for source, frames in shots for part in _input(source, frames)]
    labels = "".join(f"[{number}:v]" for number in range(len(shots)))
    joined = f"{labels}concat=n={len(shots)},format=yuv420p"
    how = ["-filter_complex", joined, "-preset", "ultrafast", *more]
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs, *how, str(path)],
        check=True,
    )
    return path


def cuts_of(shots: Sequence[tuple[str, int]]) -> list[int]:
    """Return the number of each shot's first frame."""
    lengths = [frames for _source, frames in shots]
    return [sum(lengths[:place]) for place in range(len(lengths))]


def _input(source: str, frames: int) -> list[str]:
    trimmed = f"{source},trim=end_frame={frames},setsar=1,format=yuv420p"
    return ["-f", "lavfi", "-i", trimmed]
