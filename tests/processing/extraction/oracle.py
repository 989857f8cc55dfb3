"""A second opinion: ffmpeg's own command line decodes everything, and we pick by hand."""

import re
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg

COMMAND = (
    *("-nostats", "-copyts", "-noautorotate", "-i", "{path}", "-map", "0:v:0"),
    *("-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "framemd5", "-"),
)


@dataclass(frozen=True)
class Seen:
    """One decoded frame: its place in the order, its time, and the hash of its pixels."""

    number: int
    time_s: Fraction
    md5: str


def all_frames(path: Path) -> list[Seen]:
    """Decode everything with ffmpeg; times are seconds from the start of the presentation."""
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), *(part.format(path=path) for part in COMMAND)],
        capture_output=True,
        text=True,
        check=True,
    )
    time_base = Fraction(_found(r"#tb 0: (\S+)", said.stdout))
    start_s = _exact(Fraction(_found(r"start: (-?[\d.]+)", said.stderr)), time_base)
    lines = [line.split(",") for line in said.stdout.splitlines() if not line.startswith("#")]
    return [
        Seen(number, int(line[2]) * time_base - start_s, line[5].strip())
        for number, line in enumerate(lines)
    ]


def frame_at(frames: list[Seen], time_s: Fraction) -> Seen:
    """Return the last frame that is not later, or the first where none is earlier."""
    earlier = [frame for frame in frames if frame.time_s <= time_s]
    return earlier[-1] if earlier else frames[0]


def _exact(rounded_s: Fraction, time_base: Fraction) -> Fraction:
    """Return the tick that ffmpeg rounded to a microsecond, if it was one."""
    tick_s = round(rounded_s / time_base) * time_base
    return tick_s if abs(tick_s - rounded_s) < Fraction(1, 1_000_000) else rounded_s


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"ffmpeg did not say {pattern}"
    return match.group(1)
