"""One upload as its sender sees it: what is sent, how it is gone about, and what was answered."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from tests.chaos.kinds import Kind, Kinds

#: What senders of good videos do, and how often in comparison.
CONDUCTS = {
    "wait": 60, "lose the answer": 12, "cancel": 6, "cancel, then retry": 6, "extract again": 8,
    "delete": 6,
}  # fmt: skip
KINDS = {"good": 68, "hostile": 20, "vanished": 12}

Weights = Mapping[str, int]


@dataclass
class Upload:
    """`video` once it is accepted, `refusal` where it was refused at the door. `steps`: the wishes
    still to come."""

    number: int
    kind: Kind
    conduct: str
    #: How much of the body is sent by who vanishes.
    share: float
    key: str
    video: str = ""
    refusal: str = ""
    steps: list[str] = field(default_factory=list)
    #: The failures that were not the video's and were answered with "Try again".
    failures: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.number:05d}{self.kind.ending}"


def make_uploads(
    seed: int, kinds: Kinds, of: Weights = KINDS, conducts: Weights = CONDUCTS
) -> Iterator[Upload]:
    """Yield uploads without end; the same for the same seed."""
    chance = random.Random(f"uploads {seed}")  # noqa: S311
    for number in count(1):
        chosen = chance.choices(list(of), list(of.values()))[0]
        kind = chance.choice(kinds.hostile if chosen == "hostile" else kinds.good)
        conduct = chance.choices(list(conducts), list(conducts.values()))[0]
        if chosen != "good":
            conduct = {"hostile": "wait", "vanished": "vanish"}[chosen]
        yield Upload(
            number=number,
            kind=kind,
            conduct=conduct,
            share=chance.uniform(0.05, 0.95),
            key=str(UUID(int=chance.getrandbits(128))),
            steps=_steps(conduct),
        )


def _steps(conduct: str) -> list[str]:
    known = ("cancel", "cancel, then retry", "extract again", "delete")
    return conduct.split(", then ") if conduct in known else []
