"""The ways to one frame each so many seconds: ours, and those that people use."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from shlex import join, quote
from typing import Final

import imageio_ffmpeg

FFMPEG: Final = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y"]
OURS: Final = "frameflow"
USUAL: Final = "ffmpeg fps"


@dataclass(frozen=True)
class Wish:
    """One frame each `interval` seconds of a video, into a folder."""

    video: Path
    interval: str
    seconds: float
    folder: Path

    @property
    def times(self) -> list[str]:
        """Return the times as text, each before the end."""
        step, end = Fraction(self.interval), Fraction(self.seconds)
        return [str(float(step * number)) for number in range(-(-end // step))]


@dataclass(frozen=True)
class Tool:
    """A way: what it is called, what it does in words, and its command."""

    name: str
    about: str
    command: Callable[[Wish], Sequence[str]]


def ours(wish: Wish, *more: str) -> list[str]:
    """Return our command; `more` takes the place of the interval where given."""
    chosen = more or ("--every", wish.interval)
    command = [sys.executable, "-m", "apps.processing.extraction", str(wish.video), *chosen]
    return [*command, "--output", f"{wish.folder}/frames.zip", "--json"]


def _filtered(wish: Wish, wanted: str, *before: str, after: Sequence[str] = ()) -> list[str]:
    written = ["-vf", wanted, *after, "-q:v", "2", f"{wish.folder}/%05d.jpg"]
    return [*FFMPEG, *before, "-i", str(wish.video), *written]


def _selected(wish: Wish, *before: str) -> list[str]:
    wanted = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{wish.interval})'"
    return _filtered(wish, wanted, *before, after=("-fps_mode", "passthrough"))


def _sought(wish: Wish) -> list[str]:
    written = f"-frames:v 1 -q:v 2 {quote(str(wish.folder))}/$(printf %05d $n).jpg"
    one = f"{join(FFMPEG)} -ss $t -i {quote(str(wish.video))} {written}"
    return ["sh", "-ec", f"n=0; for t in {' '.join(wish.times)}; do {one}; n=$((n+1)); done"]


def _read_by(name: str) -> Callable[[Wish], list[str]]:
    module = [sys.executable, "-m", "benchmarks.extraction.readers", name]
    return lambda wish: [*module, str(wish.video), wish.interval, str(wish.folder)]


TOOLS: Final = (
    Tool(OURS, "`python -m apps.processing.extraction VIDEO --every T`", ours),
    Tool(
        *(USUAL, "`ffmpeg -i VIDEO -vf fps=1/T -q:v 2`"),
        lambda wish: _filtered(wish, f"fps=1/{wish.interval}"),
    ),
    Tool(
        *("ffmpeg select", "`-vf select='isnan(prev_selected_t)+gte(t-prev_selected_t,T)'`"),
        _selected,
    ),
    Tool("ffmpeg -ss", "`ffmpeg -ss t -i VIDEO -frames:v 1`, once for each frame", _sought),
    Tool(
        *("ffmpeg nokey", "`ffmpeg -skip_frame nokey` with the same `select`"),
        lambda wish: _selected(wish, "-skip_frame", "nokey"),
    ),
    Tool("OpenCV loop", "`read()` up to the end", _read_by("opencv-loop")),
    Tool("OpenCV seek", "`set(CAP_PROP_POS_MSEC, t)`, `read()`", _read_by("opencv-seek")),
    Tool("PyAV", "`container.decode(video=0)` up to the end", _read_by("pyav")),
    Tool("decord", "`VideoReader(VIDEO).get_batch(numbers)`", _read_by("decord")),
    Tool("imageio", "`get_reader(VIDEO, 'ffmpeg')` up to the end", _read_by("imageio")),
)
BY_NAME: Final = {tool.name: tool for tool in TOOLS}
