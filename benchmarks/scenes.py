"""Scenes of a video: what finding them costs beside decoding, and how many are found.

python benchmarks/scenes.py VIDEO …

First CPU seconds of this process: decoding all frames in sequence, and the mode `scenes` with its
pictures (the best of --runs). Then --joins pieces of the video, half a second to three seconds long
and drawn at random from its scenes, each from another scene than the one before, are put one
after the other: each join is a cut that should be found, and nothing else is.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from apps.processing.extraction.child.engine import Engine
from apps.processing.extraction.choosing.scenes import SceneSelection
from apps.processing.extraction.decoding.decoding import DecodedFrame, Decoder
from apps.processing.extraction.decoding.notices import Notices
from apps.processing.extraction.opening.opener import open_video
from apps.processing.extraction.opening.source import DescriptorSource
from apps.processing.extraction.opening.timing import clock_for
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import EncodedPicture
from apps.processing.extraction.pictures.small_luma import LumaReducer
from apps.processing.extraction.results import VideoFacts

SCENES, LIMITS = Options(mode="scenes"), Limits()
RATE = 25


@dataclass(frozen=True)
class Reduced:
    """A frame of the joined film."""

    time_s: Fraction
    end_s: Fraction
    is_key: bool
    luma: bytes


class Nothing:
    """Takes what the engine gives."""

    def checked(self, facts: VideoFacts) -> None:
        """Take the facts."""

    def picture(self, requested_s: Fraction, pts_s: Fraction, picture: EncodedPicture) -> None:
        """Take a picture."""


def frames_of(path: Path) -> Iterator[DecodedFrame]:
    """Decode all frames in sequence."""
    with path.open("rb") as file, open_video(DescriptorSource(file.fileno()), LIMITS) as video:
        clock = clock_for(video, LIMITS)
        yield from Decoder(video, clock, Options(), LIMITS, Notices()).frames()


def scenes_of(path: Path) -> None:
    """Give the pictures of all scenes to nobody."""
    with path.open("rb") as file:
        Engine(DescriptorSource(file.fileno()), SCENES, LIMITS).run(Nothing())


def least_cpu_s(work: Callable[[], object], runs: int) -> float:
    """Return the CPU seconds of the cheapest run."""
    spent = []
    for _ in range(runs):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def reduced(path: Path) -> list[Reduced]:
    """Return the reduced luma of all frames, with times."""
    reducer = LumaReducer(sampled=True)
    return [
        Reduced(frame.time_s, frame.end_s, frame.is_key, reducer.reduce(frame.picture))
        for frame in frames_of(path)
    ]


def begun(film: list[Reduced]) -> list[int]:
    """Return which frames begin scenes."""
    places = {frame.time_s: place for place, frame in enumerate(film)}
    picked = SceneSelection[Reduced](SCENES, lambda frame: frame.luma).pick(iter(film))
    return [places[time_s] for time_s, _frame in picked]


def joined(film: list[Reduced], pieces: int) -> tuple[list[Reduced], list[int]]:
    """Return a film of random pieces, and which of its frames begin one."""
    dice, begins, made, last = Random(1), [], [], None  # noqa: S311 - the same on every run
    bounds = [*begun(film), len(film)]
    scenes = [scene for scene in pairwise(bounds) if scene[1] - scene[0] > RATE]
    while len(begins) < pieces and len(scenes) > 1:
        last = dice.choice([scene for scene in scenes if scene != last])
        length = min(dice.randint(RATE // 2 + 1, 3 * RATE), last[1] - last[0])
        begin = dice.randint(last[0], last[1] - length)
        begins.append(len(made))
        made += film[begin : begin + length]
    step_s = Fraction(1, RATE)
    timed = [Reduced(n * step_s, (n + 1) * step_s, False, each.luma) for n, each in enumerate(made)]
    return timed, begins


def main() -> None:
    """Print a line for each video."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("videos", nargs="+", type=Path)
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--joins", type=int, default=250)
    asked = reader.parse_args()
    for path in asked.videos:
        decode_s = least_cpu_s(lambda path=path: sum(1 for _ in frames_of(path)), asked.runs)
        scenes_s = least_cpu_s(lambda path=path: scenes_of(path), asked.runs)
        film = reduced(path)
        times = " ".join(f"{float(film[place].time_s):.2f}" for place in begun(film))
        print(f"{path.name}: decoding {decode_s:.2f} s, scenes {scenes_s:.2f} s; begin at {times}")
        mixed, cuts = joined(film, asked.joins)
        found = set(begun(mixed))
        right = len(found & set(cuts))
        print(f"  {len(cuts)} joins: {right} found, {len(found) - right} that are none", flush=True)


if __name__ == "__main__":
    main()
