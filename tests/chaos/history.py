"""Every state and fence that a job ever had, noted in the database by a trigger of the test."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from tests.chaos.ground import Truth

NOTE_ALL = """
CREATE SCHEMA chaos;
CREATE TABLE chaos.history (
  at double precision, job text, run int, state text, fence int, tries int, deaths int, code text
);
CREATE FUNCTION chaos.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO chaos.history VALUES (
    extract(epoch FROM clock_timestamp()), NEW.extraction_id, NEW.run, NEW.state, NEW.fence,
    NEW.tries, NEW.child_deaths, NEW.last_error->>'code'
  );
  RETURN NULL;
END $$;
CREATE TRIGGER chaos AFTER UPDATE ON processing.processing_job FOR EACH ROW
  WHEN ((OLD.state, OLD.fence, OLD.run) IS DISTINCT FROM (NEW.state, NEW.fence, NEW.run))
  EXECUTE FUNCTION chaos.note();
"""


@dataclass(frozen=True)
class Harm:
    """What was done to the claim of a job: `at` seconds of the epoch."""

    at: float
    what: str
    where: str
    job: str
    fence: int


class Span(NamedTuple):
    """From when to when, in seconds of the epoch."""

    begin: float
    end: float


@dataclass(frozen=True)
class Change:
    """A row of the history."""

    at: float
    job: str
    run: int
    state: str
    fence: int
    tries: int
    deaths: int
    code: str | None


@dataclass(frozen=True)
class Recovery:
    """Seconds from a harm to when the job waits again, to its next claim and to its end;
    `added_s`: from the claim that was lost to the next one, which is what it is late by."""

    harm: Harm
    to_queue_s: float
    to_claim_s: float
    to_end_s: float
    added_s: float


class History:
    """What was noted, and what follows from it."""

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self._by_job: dict[str, list[Change]] = defaultdict(list)
        for each in changes:
            self._by_job[each.job].append(each)

    def recoveries(self, harms: list[Harm]) -> list[Recovery]:
        """Return how each harm was got over; those that cost no claim are left out."""
        found = (self._recovery(harm) for harm in harms)
        return [each for each in found if each]

    def lost_workers(self, harms: list[Harm]) -> list[Recovery]:
        """Return how each loss of a work-horse was got over, with or without its worker."""
        killed = [each for each in harms if each.what.startswith("kill")]
        return self.recoveries([each for each in killed if each.what != "kill the child"])

    def _recovery(self, harm: Harm) -> Recovery | None:
        mine = self._by_job[harm.job]
        claim = next((each for each in mine if _claims(each) and each.fence == harm.fence), None)
        again = next((each for each in mine if _claims(each) and each.fence > harm.fence), None)
        if claim is None or again is None or again.run != claim.run:
            return None
        ends = (each for each in mine if each.at >= again.at and each.state in ("done", "failed"))
        end = next(ends, None)
        queued = [each for each in mine if each.state == "queued" and each.at < again.at][-1]
        return Recovery(
            harm,
            to_queue_s=queued.at - harm.at,
            to_claim_s=again.at - harm.at,
            to_end_s=end.at - harm.at if end else float("nan"),
            added_s=again.at - claim.at,
        )

    def undisturbed_s(self) -> list[float]:
        """Return how long each claim took that was the first and brought the job to its end."""
        took = []
        for mine in self._by_job.values():
            for claim, end in pairwise(mine):
                if _claims(claim) and claim.tries == 1 and end.state == "done":
                    took.append(end.at - claim.at)
        return took

    def run_of(self, job: str, fence: int) -> int | None:
        """Return the run in which a job was claimed with a fence."""
        claims = (each.run for each in self._by_job[job] if _claims(each) and each.fence == fence)
        return next(claims, None)

    def failed(self, job: str, run: int, by: float) -> Span | None:
        """Return when a run of a job was at work that failed by then; None where it did not."""
        mine = [each for each in self._by_job[job] if each.run == run and each.at <= by]
        ends = [each.at for each in mine if each.state == "failed"]
        return Span(mine[0].at, ends[-1]) if ends else None

    def wrong_fences(self) -> list[str]:
        """Return the jobs whose fence was not raised by one with each claim, and by nothing else:
        every change of state, fence or run is noted, and a job begins with none."""
        return [
            f"job {job}: {after.state} with fence {after.fence} after {before}"
            for job, mine in self._by_job.items()
            for before, after in zip([0, *(each.fence for each in mine)], mine, strict=False)
            if after.fence != before + _claims(after)
        ]


def read_history(truth: Truth) -> History:
    """Read what the trigger noted."""
    rows: Any = truth.ask("SELECT * FROM chaos.history ORDER BY at")
    assert rows is not None, "Postgres is away"
    return History([Change(*row) for row in rows])


def share(values: list[float], percent: float) -> float:
    """Return a percentile: the value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] if ordered else 0.0


def _claims(change: Change) -> bool:
    return change.state == "running"
