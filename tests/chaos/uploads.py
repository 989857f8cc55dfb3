"""One upload as its sender sees it: what is sent, how it is gone about, and what was answered."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple
from uuid import UUID

from tests.chaos.kinds import Kind, Kinds

#: What senders of good videos do, and how often in comparison.
CONDUCTS = {
    "wait": 60, "lose the answer": 12, "cancel": 6, "cancel, then retry": 6, "extract again": 8,
    "delete": 6,
}  # fmt: skip
KINDS = {"good": 68, "hostile": 20, "vanished": 12}
#: Who vanishes sends a part of a form, of a piece, or all of it, and never hears the answer.
VANISH = {"vanish": 4, "vanish in a piece": 4, "vanish at the end": 4}
SHARE_IN_PIECES = 1 / 3

Weights = Mapping[str, int]


class Failure(NamedTuple):
    """A run of a video that ended with a code by no fault of the video; `at` seconds of the
    epoch."""

    code: str
    video: str
    run: int
    at: float


@dataclass
class Upload:
    """`video` once it is accepted, `refusal` where it was refused at the door, `begun` the id of
    one in pieces. `steps`: the wishes still to come."""

    number: int
    kind: Kind
    conduct: str
    #: How much of the body is sent by who vanishes, and how soon they hang up.
    share: float
    key: str
    in_pieces: bool = False
    #: How much of the video is in each piece.
    piece_share: float = 1.0
    begun: str = ""
    begun_again: int = 0
    #: How often a piece was not acknowledged.
    cuts: int = 0
    video: str = ""
    refusal: str = ""
    steps: list[str] = field(default_factory=list)
    #: The failures that were not the video's and were answered with "Try again".
    failures: list[Failure] = field(default_factory=list)

    @property
    def vanishes(self) -> bool:
        return self.conduct in VANISH

    @property
    def name(self) -> str:
        return f"{self.number:05d}{self.kind.ending}"


def make_uploads(
    seed: int, kinds: Kinds, of: Weights = KINDS, conducts: Weights = CONDUCTS
) -> Iterator[Upload]:
    """Yield uploads without end; the same for the same seed."""
    chance = random.Random(f"uploads {seed}")  # noqa: S311
    ways = random.Random(f"ways {seed}")  # noqa: S311
    for number in count(1):
        chosen = chance.choices(list(of), list(of.values()))[0]
        kind = chance.choice(kinds.hostile if chosen == "hostile" else kinds.good)
        conduct = chance.choices(list(conducts), list(conducts.values()))[0]
        vanished = ways.choices(list(VANISH), list(VANISH.values()))[0]
        in_pieces = ways.random() < SHARE_IN_PIECES
        if chosen != "good":
            conduct = {"hostile": "wait", "vanished": vanished}[chosen]
        yield Upload(
            number=number,
            kind=kind,
            conduct=conduct,
            share=chance.uniform(0.05, 0.95),
            key=str(UUID(int=chance.getrandbits(128))),
            in_pieces=in_pieces and chosen == "good",
            piece_share=ways.uniform(0.1, 0.6),
            steps=_steps(conduct),
        )


def _steps(conduct: str) -> list[str]:
    known = ("cancel", "cancel, then retry", "extract again", "delete")
    return conduct.split(", then ") if conduct in known else []
