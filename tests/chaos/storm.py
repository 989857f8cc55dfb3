"""The faults of a plan, one after the other, and the book that is kept of them."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, TextIO

from tests.chaos.book import OUTAGES, Outage
from tests.chaos.freezer import Freezer, Frozen
from tests.chaos.history import Harm
from tests.chaos.plan import POINTS, TO_WORKERS, Fault
from tests.chaos.processes import child_of, horse_of, let_go, stands_still
from tests.chaos.spells import Facts, Spells
from tests.chaos.strikes import Strikes
from tests.chaos.system import System
from tests.e2e.stack import Stack

#: A job with five lost workers is given up by design; nobody is to be that unlucky.
MOST_TO_ONE_JOB = 3
LOOK_AGAIN_AFTER_S = 0.25


class Storm:
    """Does one fault after the other, a share of them at named points, and writes down each.

    `done` counts those that struck something, `hits` those of them at a point, proved by state and
    fence of the job's row; `idle` counts the others, for which there was nothing to strike. What
    lasts is counted when it is over, where it touched somebody.
    """

    def __init__(
        self,
        system: System,
        plan: Iterator[Fault],
        book: TextIO,
        lease_s: float,
        at_points: float,
    ) -> None:
        self.system, self._plan, self._book = system, plan, book
        self._lease_s, self._at_points = lease_s, at_points
        self.done: Counter[str] = Counter()
        self.hits: Counter[tuple[str, str]] = Counter()
        self.spared = self._nothing = 0
        self.harms: list[Harm] = []
        self.outages: list[Outage] = []
        self.freezer = Freezer(system)
        self._strikes, self._spells = Strikes(system), Spells(system.ground.store)
        self._next = next(plan)
        self.began_at = time.time()
        self._due_at = time.monotonic()

    @property
    def count(self) -> int:
        """How many faults were done."""
        return self.done.total()

    @property
    def idle(self) -> int:
        """How many faults found nothing to strike."""
        return self._nothing + self._spells.unmet

    def turn(self, *, more: bool) -> None:
        """Do what is due; with `more`, begin the next fault when its time has come."""
        now = time.monotonic()
        self._spells.turn(now)
        for frozen, fault in self.freezer.found(now):
            if self._strike_frozen(frozen, fault):
                self.freezer.forget(frozen)
        if more and now >= self._due_at:
            self._due_at = now + self._begin_next()

    def end(self) -> None:
        """Order nothing more, and let go of what is frozen."""
        self.freezer.end()
        self._spells.end()
        self.system.calm_down()

    def _begin_next(self) -> float:
        """Begin the next fault, and return the pause after it, or until it can be begun."""
        fault = self._next
        if not self._begin(fault):
            return LOOK_AGAIN_AFTER_S
        self._next = next(self._plan)
        return fault.after_s

    def _begin(self, fault: Fault) -> bool:
        """Return whether a fault was done, or ordered at its point."""
        ordered = len(self.freezer.orders)
        if self.hits.total() + ordered < self._at_points * (self.count + ordered + 1):
            return self.freezer.order(fault)
        if fault.what in TO_WORKERS:
            return any(self._strike_at_work(fault, host) for host in self.freezer.free())
        return self._strike_other(fault)

    def _strike_other(self, fault: Fault) -> bool:
        if self._do_other(fault, lambda facts: self._write(fault, fault.what, "", **facts)):
            return True
        self._next = next(self._plan)  # this one would wait for what may not come
        return False

    def _do_other(self, fault: Fault, tell: Callable[[Facts], None]) -> bool:
        """Strike what is no worker, and tell of it when it is done; False where there was nothing
        to strike."""
        if fault.is_spell_of_the_store:
            self._spells.begin(fault, tell)
            return True
        facts = self._strikes.other(fault)
        if facts is None:
            self._nothing += 1
            return False
        tell(facts)
        return True

    def _strike_frozen(self, frozen: Frozen, fault: Fault) -> bool:
        """Do a fault to a job at its point, where its row proves it; False where Postgres does
        not tell."""
        query = "SELECT state, fence FROM processing.processing_job WHERE extraction_id = %s"
        rows = self.system.truth.ask(query, frozen.job)
        if rows is None:
            return False
        state = POINTS[frozen.event]
        if rows != [(state, frozen.fence)] or not stands_still(frozen.pid):
            self.freezer.missed += 1  # it was cancelled or deleted meanwhile
            let_go(frozen.pid)
        elif self._has_enough(frozen.job, fault.what):
            self.spared += 1
            let_go(frozen.pid)
        else:
            self._hit(fault, _fit(fault.what, frozen), frozen)
        return True

    def _hit(self, fault: Fault, what: str, frozen: Frozen) -> None:
        def tell(facts: Facts) -> None:
            self.hits[frozen.event, what] += 1
            claim = {"job": frozen.job, "fence": frozen.fence, "state": POINTS[frozen.event]}
            told = {"host": frozen.host.folder.name} | facts | claim
            self._write(fault, what, frozen.event, **told)

        if what not in TO_WORKERS:
            self._do_other(fault, tell)
            let_go(frozen.pid)
        elif self._strikes.worker(fault, what, frozen.parent, frozen.pid):
            self._note_harm(what, frozen.event, frozen.job, frozen.fence, fault.seconds)
            tell({})
        else:
            self._nothing += 1

    def _strike_at_work(self, fault: Fault, host: Stack) -> bool:
        """Do a fault to a worker that has a job in hand; it stands still while we look."""
        worker = host.processes["worker"].pid
        horse = horse_of(worker)
        if horse is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(horse, signal.SIGSTOP)
        query = (
            "SELECT extraction_id::text, fence FROM processing.processing_job "
            "WHERE state = 'running' AND worker LIKE %s"
        )
        found: Any = self.system.truth.ask(query, f"%:{worker}:{horse}")
        lacks_child = fault.what == "kill the child" and child_of(worker) is None
        if not found or lacks_child or self._has_enough(found[0][0], fault.what):
            let_go(horse)
            return False
        job, fence = found[0]
        if not self._strikes.worker(fault, fault.what, worker, horse):
            return False
        self._note_harm(fault.what, "", job, fence, fault.seconds)
        self._write(fault, fault.what, "", host=host.folder.name, job=job, fence=fence)
        return True

    # The book

    def _has_enough(self, job: str, what: str) -> bool:
        had = sum(each.job == job for each in self.harms)
        return what in TO_WORKERS and had >= MOST_TO_ONE_JOB

    def _note_harm(self, what: str, where: str, job: str, fence: int, seconds: float) -> None:
        if what.startswith("pause") and seconds < self._lease_s / 2:
            return  # the lease outlasts it
        self.harms.append(Harm(time.time(), what, where, job, fence))

    def _write(self, fault: Fault, what: str, where: str, **facts: Any) -> None:
        self.done[what] += 1
        if what in OUTAGES:
            began_at = facts.get("began_at", time.time())
            self.outages.append(Outage(what, began_at, time.time()))
        told = {"at_s": round(time.time() - self.began_at, 2), **asdict(fault), **facts}
        self._book.write(json.dumps({**told, "what": what, "where": where}) + "\n")
        self._book.flush()


def _fit(what: str, frozen: Frozen) -> str:
    """Return what can be done: a child may have said everything, and gone."""
    if what == "kill the child" and child_of(frozen.parent) is None:
        return "kill the horse"
    return what
