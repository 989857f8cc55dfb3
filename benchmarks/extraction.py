"""CPU of our command against ffmpeg's, interleaved: python benchmarks/extraction.py VIDEO …

`ffmpeg -vf fps=1/INTERVAL -q:v 2` decodes everything. CPU seconds are user + system time of the
whole process tree, medians of --runs. The last columns are of our command: the way it went, the
packets it decoded and the share of the file it read.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import imageio_ffmpeg

ROOT = Path(__file__).parents[1]
HEADS = ["video", "ffmpeg_s", "ours_s", "ratio", "wall_s", "frames", "path", "packets", "read"]
COLUMNS = "{:<24} {:>8} {:>8} {:>6} {:>7} {:>7} {:<10} {:>8} {:>6}"


def cpu_s(command: list[str]) -> tuple[float, str]:
    """Run a command; returns its CPU seconds with those of its children, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said


def theirs(video: Path, interval: str, folder: Path) -> list[str]:
    """Return the usual command."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    picked = ["-vf", f"fps=1/{interval}", "-q:v", "2"]
    return [program, "-v", "error", "-y", "-i", str(video), *picked, f"{folder}/%05d.jpg"]


def ours(video: Path, interval: str, folder: Path, *more: str) -> list[str]:
    """Return our command."""
    made = ["--output", f"{folder}/frames.zip", "--json", *more]
    chosen = [] if "--keyframes" in more else ["--every", interval]
    command = [sys.executable, "-m", "apps.processing.extraction", str(video)]
    return [*command, *chosen, *made]


def compare(video: Path, interval: str, runs: int, *more: str) -> list[object]:
    """Return a row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, spent, said = Path(name), ([], []), {}  # type: ignore[var-annotated]
        for _ in range(runs):
            spent[0].append(cpu_s(theirs(video, interval, folder))[0])
            seconds, text = cpu_s(ours(video, interval, folder, *more))
            spent[1].append(seconds)
            said = json.loads(text)
    usual_s, our_s = median(spent[0]), median(spent[1])
    share = f"{said['bytes_read'] / video.stat().st_size:.0%}"
    times = [f"{usual_s:.2f}", f"{our_s:.2f}", f"{usual_s / our_s:.1f}", f"{said['elapsed_s']:.2f}"]
    return [video.name, *times, said["frames"], said["path"], said["packets_decoded"], share]


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("videos", nargs="+", type=Path)
    reader.add_argument("--interval", default="10", help="seconds")
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--keyframes", action="store_true", help="our command: all key frames")
    asked = reader.parse_args()
    more = ["--keyframes"] if asked.keyframes else []
    print(
        COLUMNS.format(
            *(
                [
                    "video",
                    "ffmpeg_s",
                    "ours_s",
                    "ratio",
                    "wall_s",
                    "frames",
                    "path",
                    "packets",
                    "read",
                ]
            )
        )
    )
    for video in asked.videos:
        row = compare(video.resolve(), asked.interval, asked.runs, *more)
        print(COLUMNS.format(*map(str, row)), flush=True)


if __name__ == "__main__":
    main()
