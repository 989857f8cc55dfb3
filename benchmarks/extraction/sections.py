"""What is measured: each section gives rows, as they come."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.extraction.clips import BY_NAME as CLIPS
from benchmarks.extraction.clips import Clip, clip
from benchmarks.extraction.judging import judged
from benchmarks.extraction.measuring import ROOT
from benchmarks.extraction.running import Row, in_turns, numbers, scratch, told
from benchmarks.extraction.tools import BY_NAME, OURS, TOOLS, USUAL, Wish, ours

KEYFRAMES: Final = "key frames"
FRAME_COUNTS: Final = (1, 2, 5, 12, 60)
LENGTHS: Final = ("low-2min", "low-10min", "low-2h")


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    clips: Sequence[str]
    tool_clips: Sequence[str]
    intervals: Sequence[str]
    rounds: int


def against_ffmpeg(plan: Plan) -> Iterator[Row]:
    """Compare our command with the usual one, clip by clip."""
    for video in map(clip, plan.clips):
        for interval in plan.intervals:
            yield compared(video, interval, plan.rounds)


def compared(video: Clip, interval: str, rounds: int) -> Row:
    """Return what the usual command and ours cost for a clip."""
    with scratch() as folder:
        wish = Wish(video.path, interval, video.seconds, folder)
        costs = in_turns({tool: BY_NAME[tool].command(wish) for tool in (USUAL, OURS)}, rounds)
    usual, our = costs[USUAL], costs[OURS]
    return {
        **{"clip": video.name, "interval": interval, "seconds": video.seconds},
        "bytes": video.path.stat().st_size,
        "ffmpeg": numbers(usual),
        "ours": numbers(our) | told(our, video.path),
        "cpu_ratio": round(usual.cpu_s / our.cpu_s, 3),
        "wall_ratio": round(usual.wall_s / our.wall_s, 2),
    }


def all_key_frames(plan: Plan) -> Iterator[Row]:
    """Compare all key frames of a clip with what the usual command costs."""
    for video in map(clip, plan.clips):
        with scratch() as folder:
            wish = Wish(video.path, "10", video.seconds, folder)
            usual, our = BY_NAME[USUAL].command(wish), ours(wish, "--keyframes")
            costs = in_turns({USUAL: usual, KEYFRAMES: our}, plan.rounds)
        yield {
            "clip": video.name,
            "ffmpeg": numbers(costs[USUAL]),
            "ours": numbers(costs[KEYFRAMES]) | told(costs[KEYFRAMES], video.path),
            "cpu_ratio": round(costs[USUAL].cpu_s / costs[KEYFRAMES].cpu_s, 3),
        }


def side_by_side(plan: Plan) -> Iterator[Row]:
    """Compare all ways, and look whether each gives the right frames."""
    for video in map(clip, plan.tool_clips):
        for interval in plan.intervals:
            yield from _all_ways(video, interval, plan.rounds)


def _all_ways(video: Clip, interval: str, rounds: int) -> Iterator[Row]:
    with scratch() as folder:
        wishes = {
            tool.name: Wish(video.path, interval, video.seconds, folder / str(place))
            for place, tool in enumerate(TOOLS)
        }
        for wish in wishes.values():
            wish.folder.mkdir()
        costs = in_turns({tool.name: tool.command(wishes[tool.name]) for tool in TOOLS}, rounds)
        for tool in TOOLS:
            row = {"clip": video.name, "interval": interval, "tool": tool.name}
            cost = numbers(costs[tool.name]) if tool.name in costs else None
            yield row | {"cost": cost, **judged(wishes[tool.name])}


def by_frames(plan: Plan) -> Iterator[Row]:
    """Ask for more and more frames of one clip."""
    video = clip("h264-gop2")
    with scratch() as folder:
        wish = Wish(video.path, "10", video.seconds, folder)
        commands = {str(n): ours(wish, "--count", str(n)) for n in FRAME_COUNTS}
        costs = in_turns(commands, plan.rounds)
    for asked, cost in costs.items():
        row = {"clip": video.name, "asked": int(asked)}
        yield row | numbers(cost) | told(cost, video.path)


def by_length(plan: Plan) -> Iterator[Row]:
    """Ask for the same twelve pictures of longer and longer files, from all over each."""
    videos = [clip(name) for name in LENGTHS]
    with scratch() as folder:
        commands = {
            video.name: ours(
                Wish(video.path, "10", video.seconds, folder), "--at", ",".join(_spread(video))
            )
            for video in videos
        }
        costs = in_turns(commands, plan.rounds)
    for video in videos:
        cost = costs[video.name]
        row = {"clip": video.name, "seconds": video.seconds, "bytes": video.path.stat().st_size}
        yield row | numbers(cost) | told(cost, video.path)


def _spread(video: Clip) -> list[str]:
    """Return times all over a clip that show the same pictures in each repetition of it."""
    repeated = CLIPS[LENGTHS[0]].seconds
    begins = [video.seconds * number // 12 // repeated * repeated for number in range(12)]
    return [f"{begin + 9.7 * number:.1f}" for number, begin in enumerate(begins)]


def many_frames(plan: Plan) -> Iterator[Row]:
    """Ask for a frame each second, of ten minutes and of two hours, once."""
    for video in map(clip, LENGTHS[1:]):
        with scratch() as folder:
            wish = Wish(video.path, "1", video.seconds, folder)
            command = ours(wish, "--every", "1", "--max-frames", "8000")
            cost = in_turns({OURS: command}, 1)[OURS]
        row = {"clip": video.name, "seconds": video.seconds, "interval": "1"}
        yield row | numbers(cost) | told(cost, video.path)


def start(plan: Plan) -> Iterator[Row]:
    """Start the command for nothing, and for a clip of one second."""
    video = clip("tiny")
    program = [sys.executable, "-m", "apps.processing.extraction"]
    with scratch() as folder:
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [*program, "--help"],
            "a clip of 1 s": ours(Wish(video.path, "10", 1, folder)),
        }
        costs = in_turns(commands, plan.rounds)
    for what, cost in costs.items():
        yield {"what": what} | numbers(cost)


def own_video(video: Path, plan: Plan) -> Iterator[Row]:
    """Compare our command with the usual one on a file of one's own."""
    probe = [sys.executable, "-m", "apps.processing.extraction", str(video), "--probe", "--json"]
    done = subprocess.run(probe, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds = json.loads(done.stdout)["duration_s"]
    own = OwnClip(video.name, str(video), "", seconds, "")
    for interval in plan.intervals:
        yield compared(own, interval, plan.rounds)


class OwnClip(Clip):
    """A file that the bench has not made."""

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return Path(self.file)


SECTIONS: Final[dict[str, Callable[[Plan], Iterator[Row]]]] = {
    "start": start,
    "frames": by_frames,
    "lengths": by_length,
    "many": many_frames,
    "ffmpeg": against_ffmpeg,
    "keyframes": all_key_frames,
    "tools": side_by_side,
}
