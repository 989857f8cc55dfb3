"""A whole run: people, faults, quiet, proof."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.chaos.aftermath import Aftermath, files_left, is_quiet, look_around
from tests.chaos.asking import Asker
from tests.chaos.book import Book
from tests.chaos.bounds import ended_alone, too_late, too_little, too_rare
from tests.chaos.history import History, read_history
from tests.chaos.kinds import make_kinds
from tests.chaos.people import Person, Tickets
from tests.chaos.plan import LONG, SHORT, Pace, make_plan
from tests.chaos.storm import Storm
from tests.chaos.system import System, running_system
from tests.chaos.uploads import make_uploads
from tests.chaos.verdict import Verdict, judge

TICK_S = 0.05
LOOK_EVERY_S = 2.0
#: So many uploads may be behind what the faults have released, before the faults wait for them.
MOST_BEHIND = 10
#: The share of the uploads that begins with the faults; the others, a few each time, begin where
#: nothing is at work that the next fault could strike.
AT_PACE = 0.9
MORE = 2


@dataclass(frozen=True)
class Form:
    """How a run is done. `lease_s` is the product's in these settings."""

    settings: str
    pace: Pace
    workers: int
    people: int
    at_once: int
    lease_s: float
    answer_within_s: float
    patience_s: float
    quiet_within_s: float
    swept_within_s: float
    #: Which share of the faults is done to a job that stands at a named point.
    at_points: float = 0.5
    #: By how much 99 of 100 jobs that lost their worker may be late; None: it is not judged.
    late_p99_s: float | None = None
    #: How often each named point is to be hit, and every kind of fault to strike once; None: it is
    #: not judged.
    at_each_point: int | None = None
    #: Seconds between the kills of a bus while the last sweeps are waited for; None: no kills.
    kill_bus_every_s: float | None = None


SHORT_FORM = Form(
    settings="tests.chaos.settings", pace=SHORT, workers=4, people=8, at_once=4, lease_s=4,
    answer_within_s=5, patience_s=120, quiet_within_s=120, swept_within_s=150,
    kill_bus_every_s=10,
)  # fmt: skip
LONG_FORM = Form(
    settings="tests.chaos.long_settings", pace=LONG, workers=4, people=12, at_once=2, lease_s=25,
    answer_within_s=20, patience_s=300, quiet_within_s=120, swept_within_s=600, late_p99_s=40,
    at_each_point=5,
)  # fmt: skip


@dataclass
class Result:
    """What came of a run; it holds where `breaches` is empty."""

    storm: Storm
    verdict: Verdict
    aftermath: Aftermath
    history: History
    stormy_s: float
    quiet_s: float
    repeated: int
    #: Pieces that were not acknowledged, and uploads in pieces that had to begin again.
    cuts: int
    begun_again: int
    ended_alone: list[str]
    breaches: list[str] = field(default_factory=list)


class Run:
    """The main thread's part: it tends the processes while people are at work."""

    def __init__(self, system: System, form: Form, tickets: Tickets, storm: Storm) -> None:
        self.system, self.form, self.tickets, self.storm = system, form, tickets, storm
        bases = [web.base for web in system.hosts.webs]
        self.people = [self._person(bases, number) for number in range(form.people)]
        self._looked_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for person in self.people:
            person.asker.close()

    def _person(self, bases: list[str], number: int) -> Person:
        turned = bases[number % 2 :] + bases[: number % 2]
        asker = Asker(turned, self.form.answer_within_s, self.form.patience_s)
        asker.sign_up()
        return Person(asker, self.tickets, self.form.at_once)

    def tend(self, *, more: bool = False) -> None:
        """One turn: processes that ended, faults that are due."""
        self.system.supervise()
        self.storm.turn(more=more)
        if time.monotonic() - self._looked_at > LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            self.system.remember_processes()
        time.sleep(TICK_S)

    def begin(self) -> None:
        """Everybody begins to send what is released."""
        for person in self.people:
            person.start()

    def storm_on(self, faults: int) -> float:
        """Let people work until so many faults are done, and as many at named points as there are
        to be; return the seconds that it took."""
        began_s = time.monotonic()
        self.begin()
        ahead = self.form.people
        while self._lacks(faults) and any(person.is_alive() for person in self.people):
            share = AT_PACE * (self.storm.count + 1) / faults
            self.tickets.release(round(self.tickets.total * share) + ahead)
            self.tend(more=self.tickets.released - self.tickets.taken < MOST_BEHIND)
            if self._nobody_works():
                ahead += MORE  # the next fault waits for a job to strike
        self.storm.end()
        self.tickets.release(self.tickets.total)
        return time.monotonic() - began_s

    def _lacks(self, faults: int) -> bool:
        return min(self.storm.count, self.storm.hits.total() / self.form.at_points) < faults

    def _nobody_works(self) -> bool:
        all_begun = self.tickets.taken >= self.tickets.released
        return all_begun and not any(person.is_at_work for person in self.people)

    def calm(self) -> tuple[float, list[str]]:
        """Wait until all is quiet and everybody content; return after how long, and why not."""
        began_s = time.monotonic()
        while left := self._unquiet():
            if time.monotonic() - began_s > self.form.quiet_within_s:
                return time.monotonic() - began_s, [f"not quiet: {left}"]
            self.tend()
        return time.monotonic() - began_s, []

    def _unquiet(self) -> dict[str, int]:
        busy = sum(person.is_alive() for person in self.people)
        return {"people who wait": busy} if busy else is_quiet(self.system)


def one_run(
    folder: Path,
    form: Form,
    *,
    seed: int,
    uploads: int,
    faults: int,
    log: Path,
    bus: str = "redis_pubsub",
) -> Result:
    """Do a run from the beginning to the end, in a folder of its own."""
    given = {"settings": form.settings, "bus": bus}
    with running_system(folder, workers=form.workers, **given) as system:
        result = run_on(system, form, seed=seed, uploads=uploads, faults=faults, log=log)
    result.breaches += [f"still runs: {pid}" for pid in system.left_running()]
    result.breaches += files_left([host for _, host in system.every()])
    return result


def run_on(
    system: System, form: Form, *, seed: int, uploads: int, faults: int, log: Path
) -> Result:
    """Do a run to a system."""
    tickets = Tickets(make_uploads(seed, make_kinds()), uploads)
    with log.open("w") as book:
        storm = Storm(system, make_plan(seed, form.pace), book, form.lease_s, form.at_points)
        with Run(system, form, tickets, storm) as run:
            stormy_s = run.storm_on(faults)
            quiet_s, breaches = run.calm()
            aftermath = look_around(system, form.swept_within_s, run.tend, form.kill_bus_every_s)
            history = read_history(system.truth)
            verdict = judge(run.people, _book(system, storm, history))
    breaches += verdict.breaches + aftermath.breaches + history.wrong_fences()
    breaches += ended_alone(system.ended_alone)
    breaches += too_little(
        verdict.outcomes, uploads, storm.count, faults, hits=storm.hits.total(),
        at_points=form.at_points, in_pieces=verdict.in_pieces,
    )  # fmt: skip
    breaches += too_rare(storm.done, storm.hits, form.at_each_point)
    breaches += too_late(history.lost_workers(storm.harms), form.late_p99_s)
    sent = [upload for person in run.people for upload in person.uploads]
    return Result(
        storm, verdict, aftermath, history, stormy_s, quiet_s,
        sum(person.asker.repeated for person in run.people), sum(each.cuts for each in sent),
        sum(each.begun_again for each in sent), system.ended_alone, breaches,
    )  # fmt: skip


def _book(system: System, storm: Storm, history: History) -> Book:
    query = "SELECT extraction_id::text, video_id::text FROM processing.processing_job"
    videos = {str(job): str(video) for job, video in system.truth.ask(query) or []}
    return Book(history, storm.harms, storm.outages, videos)
