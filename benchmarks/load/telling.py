"""What was found, in sentences: where it gave in, why, and what to add when."""

import os
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.load.product import MACHINE, PARTS
from benchmarks.load.stages import Stage
from benchmarks.load.verdicts import API, BUS, P99_S, WORKERS, Memory, knee

#: A process that runs Python on so much of a core has no more to give.
FULL_CORE = 0.85
FULL_MACHINE = 0.9
#: Those that work on one core each, whatever the machine has.
ONE_CORE_EACH = ("web", "bus")

SIGNS = {
    WORKERS: "the line of videos grows",
    BUS: f"messages wait for longer than {P99_S:.0f} s in an outbox",
    API: f"answers take longer than {P99_S:.0f} s at the worst hundredth",
}


def told_rising(stages: Sequence[Stage], processes: Mapping[str, int]) -> Iterator[str]:
    """Yield where each gave in, and why."""
    for who, sign in SIGNS.items():
        stage = knee(stages, who)
        if stage is not None:
            yield f"From {stage.rate:.3g} uploads/s on {sign}: {bottleneck(stage, processes)}."
        elif stages:
            yield f"Up to {stages[-1].rate:.3g} uploads/s it was never so that {sign}."


def bottleneck(stage: Stage, processes: Mapping[str, int]) -> str:
    """Return what had no more to give in a stage, by the cores that each part kept busy."""
    cores = os.cpu_count() or 1
    full = [part for part in ONE_CORE_EACH if stage.cores(part) >= FULL_CORE * processes[part]]
    if full:
        return f"{' and '.join(full)} had no more of its core"
    if stage.cores(MACHINE) < FULL_MACHINE * cores:
        return "no processor was full, so something waited for the disk or for a lock"
    order = sorted(PARTS, key=stage.cores, reverse=True)
    parts = ", ".join(f"{part} {stage.cores(part):.2f}" for part in order)
    others = stage.cores(MACHINE) - sum(map(stage.cores, PARTS))
    return f"the machine's {cores} cores were full ({parts}, others {others:.2f})"


def told_sustained(stage: Stage, processes: Mapping[str, int]) -> Iterator[str]:
    """Yield what came of the long stretch, and what to add when."""
    memory = Memory.of(stage.sights)
    yield (
        f"{stage.rate:.3g} uploads/s for {stage.seconds / 60:.3g} min: outbox lag p99 "
        f"{1000 * stage.published.p99_s:.0f} ms, upload p99 {1000 * stage.uploads.p99_s:.0f} ms."
    )
    yield (
        f"Web memory (PSS): {memory.first:.1f} MiB in the first minute, {memory.last:.1f} in the "
        f"last, {memory.slope_per_min:+.2f} MiB/min, in the later half "
        f"{memory.later_slope_per_min:+.2f}; RSS at most {memory.peak:.1f} MiB."
    )
    yield from what_to_add(stage, processes)


def what_to_add(stage: Stage, processes: Mapping[str, int]) -> Iterator[str]:
    """Yield the rules that follow from what one upload cost."""
    cost_s = {part: stage.spent_s[part] / max(1, stage.accepted) for part in PARTS}
    told = ", ".join(f"{part} {1000 * cost_s[part]:.0f}" for part in PARTS)
    yield f"CPU ms for each upload at {stage.rate:.3g}/s, with its looks: {told}."
    for part, who, how in (
        ("workers", WORKERS, ""),
        ("web", API, ""),
        ("bus", BUS, " on redis_streams"),
    ):
        yield f"Where {SIGNS[who]}, add {part}{how}: a core of it bears {bears(cost_s[part])}."
    yield f"Postgres has no second: a core of it bears {bears(cost_s['postgres'])}."


def bears(cost_s: float) -> str:
    """Return how much a core bears at most."""
    return f"at most {1 / max(cost_s, 0.0001):.1f} uploads/s like these"
