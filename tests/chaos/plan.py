"""The faults of a run, all from a seed: what, where, for how long, and after which pause."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

#: Where a job can be frozen, and the state of its row there.
POINTS = {
    "job.claimed": "running",
    "job.decoding": "running",
    "job.frames_stored": "running",
    "job.zip_stored": "running",
    "job.before_commit": "running",
    "job.after_commit": "done",
}
#: What is done to the worker of a job, and how often in comparison.
TO_WORKERS = {
    "kill the horse": 5, "kill the worker": 5, "kill the child": 4, "kill the group": 4,
    "pause the horse": 3, "pause the group": 2,
}  # fmt: skip
SPELLS_OF_THE_STORE = ("let the store err", "let the store stall", "lose the store's answers")
TO_OTHERS = {
    "kill a web": 3, "kill a bus": 4, "pause a web": 2, "pause a bus": 2,
    "kill Redis": 2, "empty Redis": 3, "cut Redis": 3, "stop Postgres at once": 2,
    "cut the store": 3, **dict.fromkeys(SPELLS_OF_THE_STORE, 2),
}  # fmt: skip
KINDS_OF_FAULT = (*TO_WORKERS, *TO_OTHERS)
SHARE_TO_WORKERS = 0.6


@dataclass(frozen=True)
class Pace:
    """Seconds between faults, and the length of a pause and of a spell of the store."""

    between_s: tuple[float, float]
    pause_s: tuple[float, float]
    store_s: tuple[float, float]


SHORT = Pace((0.3, 0.9), (1.0, 7.0), (0.3, 2.0))
LONG = Pace((1.0, 3.0), (1.0, 90.0), (0.5, 8.0))


@dataclass(frozen=True)
class Fault:
    """`where` is the named point, where it is done at one; `dice`, in [0, 1), chooses among those
    whom it may hit; after it comes a pause of `after_s`."""

    number: int
    what: str
    where: str
    seconds: float
    after_s: float
    dice: float

    @property
    def is_spell_of_the_store(self) -> bool:
        return self.what in SPELLS_OF_THE_STORE


def make_plan(seed: int, pace: Pace) -> Iterator[Fault]:
    """Yield faults without end; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    number = 0
    while True:
        number += 1
        group = TO_WORKERS if chance.random() < SHARE_TO_WORKERS else TO_OTHERS
        what = chance.choices(list(group), list(group.values()))[0]
        where = chance.choice(list(POINTS))
        yield Fault(
            number=number,
            what=what,
            where="job.decoding" if what == "kill the child" else where,  # elsewhere there is none
            seconds=_length(chance, pace.store_s if what in SPELLS_OF_THE_STORE else pace.pause_s),
            after_s=chance.uniform(*pace.between_s),
            dice=chance.random(),
        )


def _length(chance: random.Random, between_s: tuple[float, float]) -> float:
    """Return a length; each doubling is as likely as the one before."""
    low, high = between_s
    return float(low * (high / low) ** chance.random())
