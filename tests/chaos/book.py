"""What was done to each run of a video: which failures the faults explain, and which not."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tests.chaos.history import Harm, History, Span
from tests.chaos.plan import SPELLS_OF_THE_STORE

#: So many deaths of its child in one run are a video's own fault.
POISON_AFTER = 2
OUTAGES = {
    *SPELLS_OF_THE_STORE, "cut the store", "kill Redis", "empty Redis", "cut Redis",
    "stop Postgres at once",
}  # fmt: skip
#: A server comes back after a second, and whoever lost it asks again after some more.
FELT_FOR_S = 10.0


@dataclass(frozen=True)
class Outage:
    """A time in which a server, or the way to it, was away: seconds of the epoch."""

    what: str
    began_at: float
    ended_at: float

    def overlaps(self, span: Span) -> bool:
        """Return whether it could be felt in this time."""
        return self.began_at <= span.end and span.begin <= self.ended_at + FELT_FOR_S


class Book:
    """The harms and outages of a run beside the history of its jobs. `videos`: of each job."""

    def __init__(
        self,
        history: History,
        harms: Iterable[Harm],
        outages: Iterable[Outage],
        videos: dict[str, str],
    ) -> None:
        self._history, self._outages = history, list(outages)
        self._harms: Counter[tuple[str, int | None, str]] = Counter()
        for each in harms:
            self._harms[each.job, history.run_of(each.job, each.fence), each.what] += 1
        self._jobs: defaultdict[str, list[str]] = defaultdict(list)
        for job, video in videos.items():
            self._jobs[video].append(job)

    def is_poisoned(self, video: str, run: int) -> bool:
        """Return whether a failed run of a video lost its child to us as often as is forgiven."""
        return any(
            self._harms[job, run, "kill the child"] >= POISON_AFTER
            for job, _span in self._failed(video, run, float("inf"))
        )

    def explains(self, video: str, run: int, by: float = float("inf")) -> bool:
        """Return whether a run of a video that failed by then was struck, or met an outage."""
        return any(
            self._is_struck(job, run) or any(each.overlaps(span) for each in self._outages)
            for job, span in self._failed(video, run, by)
        )

    def _is_struck(self, job: str, run: int) -> bool:
        return any(each[:2] == (job, run) for each in self._harms)

    def _failed(self, video: str, run: int, by: float) -> list[tuple[str, Span]]:
        found = ((job, self._history.failed(job, run, by)) for job in self._jobs[video])
        return [(job, span) for job, span in found if span]
