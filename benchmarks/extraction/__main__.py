"""The cost of extraction beside that of the usual ways.

    make bench                                   everything, with clips made from real footage
    python -m benchmarks.extraction VIDEO …      our command and `ffmpeg -vf fps=1/T` on your files

Each number is the median of --rounds, in which the ways take turns. CPU seconds are user and system
time of the whole process tree. Clips are kept in BENCH_DIR (.bench), and made once.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.extraction.clips import CLIPS, clip
from benchmarks.extraction.footage import bench_folder
from benchmarks.extraction.job import whole_job
from benchmarks.extraction.results import Results
from benchmarks.extraction.running import Row
from benchmarks.extraction.sections import SECTIONS, Plan, own_video
from benchmarks.extraction.tables import lines

ALL: Final[dict[str, Callable[[Plan], Iterator[Row]]]] = {**SECTIONS, "job": whole_job}
COMPARED: Final = (
    *("h264", "h264-gop2", "h264-gop1", "phone", "camera", "hevc", "vp9", "av1", "mpeg4", "4k"),
    *("h264-10min", "h264-100mb"),
)
TOOL_CLIPS: Final = ("h264", "h264-gop2")


def main() -> None:
    """Measure what was asked for; print tables and keep the rows."""
    asked = _arguments()
    plan = Plan(asked.clips, asked.tool_clips, asked.interval, asked.rounds)
    for video in asked.videos:
        _print("ffmpeg", list(own_video(video.resolve(), plan)))
    if asked.videos:
        return
    if asked.make:
        for each in CLIPS:
            clip(each.name)
        return
    results = Results(asked.json)
    for section in asked.only:
        print(f"\n== {section}", flush=True)
        rows: list[Row] = []
        for row in ALL[section](plan):
            rows.append(row)
            results.add(section, row, plan.rounds)
            print(".", end="", flush=True)
        print()
        _print(section, rows)


def _print(section: str, rows: list[Row]) -> None:
    print("\n".join(lines(section, rows)), flush=True)


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.extraction",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reader.add_argument("videos", nargs="*", type=Path, metavar="VIDEO")
    reader.add_argument("--interval", nargs="+", default=["10", "9.7"], help="seconds: 10 9.7")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--only", nargs="+", default=list(ALL), choices=list(ALL))
    reader.add_argument("--clips", nargs="+", default=COMPARED, help="clips beside ffmpeg's")
    reader.add_argument("--tool-clips", nargs="+", default=TOOL_CLIPS, help="clips of all ways")
    reader.add_argument("--json", type=Path, default=bench_folder() / "bench.json")
    reader.add_argument("--make", action="store_true", help="only make the clips")
    return reader.parse_args()


if __name__ == "__main__":
    main()
