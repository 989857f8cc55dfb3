"""The dice of one seed, and the trace of what they chose."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Action:
    """Something that may happen next; `weight` says how readily beside the others. `do` does it,
    or returns its steps, after each of which one may look."""

    name: str
    do: Callable[[], Iterator[None] | None]
    weight: float = 1.0


@dataclass(kw_only=True)
class Weather:
    """How bad it is in one schedule: the chance of each fault at each place where it may come.

    Some are nil in each schedule, so that every kind of fault is also met alone.
    """

    death: float
    #: At how many of the points somebody dies as soon as he comes there: few schedules come by
    #: some of them at all.
    sought: float
    refusal: float
    doubt: float
    store_refusal: float
    store_doubt: float
    loss: float
    doubling: float

    @classmethod
    def drawn(cls, dice: Random) -> Self:
        """Draw the weather of a schedule."""
        return cls(
            death=dice.choice((0, 0.01, 0.03, 0.1)),
            sought=dice.choice((0, 0, 0.06)),
            refusal=dice.choice((0, 0, 0.02, 0.1)),
            doubt=dice.choice((0, 0.01, 0.03, 0.1)),
            store_refusal=dice.choice((0, 0, 0.03, 0.2)),
            store_doubt=dice.choice((0, 0, 0.03)),
            loss=dice.choice((0, 0.1, 0.3, 0.6)),
            doubling=dice.choice((0, 0.1, 0.4)),
        )

    def clear_up(self, *, sought: float = 0.0) -> None:
        """Let no fault come any more but, if asked for, deaths at so many of the points."""
        for name in vars(self):
            setattr(self, name, 0.0)
        self.sought = sought


class Schedule:
    """What a seed makes happen. The same seed in the same world gives the same trace."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = Random(seed)  # noqa: S311 - the same on every run
        self.weather = Weather.drawn(self.dice)
        self.trace: list[str] = []

    def pick(self, actions: Sequence[Action]) -> Action:
        """Choose what happens next, and note it."""
        (chosen,) = self.dice.choices(actions, [each.weight for each in actions])
        self.note(chosen.name)
        return chosen

    def chance(self, share: float) -> bool:
        """Return True in this share of the cases; no dice are thrown for none."""
        return share > 0 and self.dice.random() < share

    def choose(self, things: Sequence[T]) -> T:
        """Choose one of several things."""
        return self.dice.choice(things)

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        self.trace.append(text)
