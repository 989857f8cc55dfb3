"""Bytes and seconds of a video in a far bucket: fetched as it is read, or copied first.

    python -m benchmarks.ranges [--clips h264,h264-gop2] [--every 10] [--rounds 3]

The clips are those of `make bench` (BENCH_DIR), or are made now. The bucket is `far_bucket.py`,
read by the store of the product. The ways take turns; seconds are medians. `chains` is the least
that must be fetched where each wanted frame is decoded from its key frame: the bytes from the one
to the other, by the file's own index.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from statistics import median
from typing import Any

from apps.processing.extraction import Limits, Options, Outcome, RemoteVideo, extract
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.opening.source import DescriptorSource
from benchmarks.extraction.clips import clip
from benchmarks.extraction.footage import bench_folder
from benchmarks.far_bucket import BUCKET, BYTES_PER_S, LATENCY_S
from frameflow.embedded.ports import free_port
from frameflow.storage import StorageError
from frameflow.storage.s3 import S3Store
from tests.processing.extraction.running import Basket
from tests.waiting import eventually

USUAL = ("h264", "h264-gop2", "h264-gop1", "hevc", "camera", "av1", "vp9")
HEADS = ("clip", "MB", "chains", "fetched", "requests", "ranges_s", "copy_s", "same")
COLUMNS = "{:<12} {:>6} {:>7} {:>8} {:>9} {:>9} {:>7} {:>5}"


@dataclass
class Run:
    """One extraction: its seconds, its requests, what it gave."""

    wall_s: float
    requests: int
    outcome: Outcome
    basket: Basket


class Far:
    """The bucket, seen from far away."""

    def __init__(self, store: S3Store, options: Options) -> None:
        self._store, self._options = store, options
        self._limits = Limits(threads=os.cpu_count() or 1)

    def in_ranges(self, key: str) -> Run:
        requests: list[int] = []

        def read_range(offset: int, length: int) -> Iterator[bytes]:
            requests.append(length)
            return self._store.read(key, offset, offset + length)

        began_s = time.monotonic()
        size = self._store.stat(key).size_bytes
        return self._run(RemoteVideo(size, read_range), began_s, requests)

    def copied(self, key: str) -> Run:
        began_s = time.monotonic()
        with self._store.local_file(key) as file:
            return self._run(file, began_s, [1])

    def _run(self, source: Any, began_s: float, requests: Sequence[int]) -> Run:
        basket = Basket()
        outcome = extract(source, options=self._options, limits=self._limits, sink=basket)
        return Run(time.monotonic() - began_s, len(requests), outcome, basket)


def chains_bytes(path: Path, step_s: Fraction) -> int | None:
    """Return the bytes from key frame to wanted frame, summed; None without an index of packets."""
    with path.open("rb") as file, open_video(DescriptorSource(file.fileno()), Limits()) as video:
        if video.demuxer != "mov" or not video.stream.duration:
            return None
        duration_s = video.stream.duration * video.time_base
        times_s = takewhile(lambda time_s: time_s < duration_s, (k * step_s for k in count()))
        return sum(map(partial(_chain_bytes, video), times_s))


def _chain_bytes(video: Video, time_s: Fraction) -> int:
    entries, ticks = video.stream.index_entries, video.ticks_at(time_s)
    key = max(entries.search_timestamp(ticks), 0)
    last = entries[max(entries.search_timestamp(ticks, any_frame=True), key)]
    return int(last.pos + last.size - entries[key].pos)


def row(far_away: Far, name: str, step_s: Fraction, rounds: int) -> str:
    """Measure one clip; returns its line of the table."""
    path, ranges, copies = clip(name).path, [], []
    for _ in range(rounds):
        ranges.append(far_away.in_ranges(path.name))
        copies.append(far_away.copied(path.name))
    size, chains, last = path.stat().st_size, chains_bytes(path, step_s), ranges[-1]
    is_same = all(run.basket.pictures == last.basket.pictures for run in (*ranges, *copies))
    return COLUMNS.format(
        name,
        f"{size / 1e6:.0f}",
        "-" if chains is None else f"{chains / size:.1%}",
        f"{last.outcome.bytes_read / size:.1%}",
        last.requests,
        *(f"{median(run.wall_s for run in each):.2f}" for each in (ranges, copies)),
        "yes" if is_same else "NO",
    )


@contextmanager
def bucket(folder: Path) -> Iterator[S3Store]:
    """Run the far bucket until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.far_bucket", str(port), str(folder)]
    keys = {"access_key_id": "any", "secret_access_key": "any", "region": "us-east-1"}
    store = S3Store(name=BUCKET, endpoint_url=f"http://127.0.0.1:{port}", **keys)
    with subprocess.Popen(command) as process:
        try:
            eventually(lambda: answers(store), "the far bucket answers")
            yield store
        finally:
            process.kill()


def answers(store: S3Store) -> bool | None:
    try:
        return store.stat(clip("tiny").path.name).size_bytes > 0
    except StorageError:
        return None


def main(names: Sequence[str], step_s: Fraction, rounds: int) -> None:
    """Print the table."""
    line = f"{LATENCY_S * 1000:.0f} ms, {BYTES_PER_S / 1e6:.0f} MB/s"
    print(f"one frame each {step_s} s, {line}, {rounds} rounds, {os.cpu_count()} cores")
    print(COLUMNS.format(*HEADS), flush=True)
    with bucket(bench_folder()) as store:
        far_away = Far(store, Options(interval_s=step_s))
        for name in names:
            print(row(far_away, name, step_s, rounds), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frameflow.settings.test")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", default=",".join(USUAL))
    parser.add_argument("--every", type=Fraction, default=Fraction(10), metavar="S")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    main(given.clips.split(","), given.every, given.rounds)
