"""Many bent videos, several at once; the same seed gives the same ones."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.hostile.fuzz.trying import Tried, attempt, scene, seeds
from tests.hostile.seeds import clip
from tests.processing.extraction.running import run

BATCH: Final = 50


@dataclass(frozen=True)
class Plan:
    """How many are tried, for how many seconds at most, from which seed, where failures go."""

    seed: int
    number: int
    seconds: float
    workers: int
    kept: Path


@dataclass
class Report:
    """What came of all."""

    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    largest: tuple[int, int] = (0, 0)

    def add(self, tried: Tried) -> None:
        """Count one."""
        self.outcomes[tried.outcome] += 1
        self.violations += [f"{tried.number}: {each}" for each in tried.violations]
        self.slowest = max(self.slowest, (tried.seconds, tried.number))
        self.largest = max(self.largest, (tried.peak_bytes, tried.number))

    def text(self) -> str:
        """Return the counts, and what should not have been."""
        counted = [f"{count:7} {outcome}" for outcome, count in self.outcomes.most_common()]
        return "\n".join([
            *counted,
            f"{self.outcomes.total():7} in all; violations: {len(self.violations)}",
            f"        slowest {self.slowest[0]:.2f} s (number {self.slowest[1]}), most memory "
            f"{self.largest[0] >> 20} MiB (number {self.largest[1]})",
            *self.violations,
        ])  # fmt: skip


def try_all(plan: Plan) -> Report:
    """Try as many as the plan says, or as its seconds allow."""
    report, until_s = Report(), time.monotonic() + plan.seconds
    batches = range(0, plan.number, BATCH)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.workers, mp_context=context) as pool:
        jobs = {pool.submit(_batch, plan, first, until_s): first for first in batches}
        for first, tried in _results(jobs):
            if tried is None:
                report.violations.append(f"{first}: a supervisor died in its batch")
            for each in tried or ():
                report.add(each)
    return report


def _results(
    jobs: "dict[Future[list[Tried]], int]",
) -> Iterator[tuple[int, list[Tried] | None]]:
    for job in as_completed(jobs):
        try:
            yield jobs[job], job.result()
        except BrokenProcessPool:
            yield jobs[job], None


def _batch(plan: Plan, first: int, until_s: float) -> list[Tried]:
    """Try a batch, in one place and from one supervisor."""
    tried: list[Tried] = []
    numbers = range(first, min(first + BATCH, plan.number))
    if time.monotonic() > until_s:
        return tried
    with scene() as (path, servers):
        _warm_up(path)
        for number in numbers:
            if time.monotonic() > until_s:
                break
            tried.append(attempt(plan.seed, number, path, servers, plan.kept))
    return tried


def _warm_up(path: Path) -> None:
    """Start what is started once, and encode the clips: neither is a leftover of an input."""
    seeds()
    path.write_bytes(clip("mp4"))
    assert run(path).pictures
