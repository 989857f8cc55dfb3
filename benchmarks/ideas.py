"""What each idea of the engine saves, and where the floor is: python -m benchmarks.ideas VIDEO …

CPU seconds of this process with one thread, the median of --runs rounds in which the ways take
turns. *Everything*: all frames decoded in sequence, no picture made. *Groups*: only from the key
frame before each wanted frame to it. *Skipping*: without pictures that no other refers to, or of
AV1 with the frames alone that a wanted one is made from; this is the floor, for all of that has to
be decoded for the same pixels. *Pictures*: images and previews too. *Command*: the whole command,
with its three processes, as many threads as cores, ZIP and hash.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from statistics import median
from unittest import mock

from apps.processing.extraction.child.engine import Engine
from apps.processing.extraction.decoding import asked_pictures, by_groups
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.source import DescriptorSource
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import EncodedPicture, PictureEncoder
from benchmarks.cage import Nothing

ROOT = Path(__file__).parents[1]
NO_PICTURE = EncodedPicture(1, 1, b"", b"", b"")
COLUMNS = "{:<22}" + "{:>12}" * 6


@contextmanager
def without(*ideas: str) -> Iterator[None]:
    """Take ideas away: groups, skipping, pictures."""
    reducer = asked_pictures.Av1Reducer
    changes = {
        "groups": [mock.patch.object(by_groups.GroupWay, "emit", side_effect=Doubt("left out"))],
        "pictures": [mock.patch.object(PictureEncoder, "encode", return_value=NO_PICTURE)],
        "skipping": [
            mock.patch.object(asked_pictures, "SKIPPING", frozenset()),
            mock.patch.object(reducer, "reduce", lambda _, packets, *wishes, **more: packets),
        ],
    }
    with ExitStack() as stack:
        for idea in ideas:
            for change in changes[idea]:
                stack.enter_context(change)
        yield


def engine_s(video: Path, options: Options, *missing: str) -> float:
    """Return the CPU seconds of the engine in this process, without some ideas."""
    with video.open("rb") as file, without(*missing):
        began_s = time.process_time()
        Engine(DescriptorSource(file.fileno()), options, Limits(threads=1)).run(Nothing())
        return time.process_time() - began_s


def command_s(video: Path, every: str) -> float:
    """Return the CPU seconds of the whole command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        words = ["-m", "apps.processing.extraction", video, "--every", every]
        command = [sys.executable, *words, "--output", f"{folder}/frames.zip"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(video: Path, every: str, runs: int) -> list[str]:
    """Return what each way costs."""
    options = Options(interval_s=Fraction(every))
    ways: list[Callable[[], float]] = [
        lambda: engine_s(video, options, "groups", "pictures"),
        lambda: engine_s(video, options, "skipping", "pictures"),
        lambda: engine_s(video, options, "pictures"),
        lambda: engine_s(video, options),
        lambda: command_s(video, every),
    ]
    seen = [[way() for way in ways] for _ in range(runs)]
    medians = [median(column) for column in zip(*seen, strict=True)]
    return [video.name, every, *(f"{seconds:.2f}" for seconds in medians)]


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("videos", nargs="+", type=Path)
    reader.add_argument("--every", default="9.7", help="seconds")
    reader.add_argument("--runs", type=int, default=3)
    asked = reader.parse_args()
    heads = ("video", "each", "everything", "groups", "skipping", "pictures", "command")
    print(COLUMNS.format(*heads))
    for video in asked.videos:
        print(COLUMNS.format(*row(video.resolve(), asked.every, asked.runs)), flush=True)


if __name__ == "__main__":
    main()
