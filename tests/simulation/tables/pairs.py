"""A context in both of its forms, taken through the same steps."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db.models.functions import Now

from apps.orchestration import services as sagas
from apps.orchestration.models import Saga
from apps.orchestration.saga import Policy as SagaPolicy
from apps.processing import services as jobs
from apps.processing.models import ProcessingJob
from apps.processing.transitions import ChildDied, Hindered, JobState, Refused, Succeeded
from apps.processing.transitions import Policy as JobPolicy
from frameflow.bus.models import OutboxMessage
from frameflow.storage import ObjectStore
from tests import messages
from tests.simulation.tables.context import Context, Settings
from tests.simulation.tables.orchestration import Orchestration
from tests.simulation.tables.processing import Claim, Processing
from tests.simulation.tables.rows import Database, Server, Session

LONG_AGO = timedelta(days=60)
SETTINGS = Settings(
    saga=SagaPolicy(deadline=timedelta(hours=24), retention=timedelta(days=2)),
    job=JobPolicy(max_tries=5, back_off_s=(5, 25, 125)),
    lease_s=30,
    renew_every_s=10,
    grace_s=3600,
    silence_s=600,
    stale_write_s=24 * 3600,
    retention=timedelta(days=2),
)


class Pair(ABC):
    """One context in memory and on Postgres; `step` does the same to both."""

    EXPECTED: ClassVar[set[str]]
    KIND: ClassVar[type[Context]]

    def __init__(self, dice: Random, objects: ObjectStore) -> None:
        self.dice, self.objects = dice, objects
        self.now = datetime.now(UTC)
        self.memory: Any = self.KIND(
            Session(Database(Server(self._clock))), objects, SETTINGS, dice
        )
        video, owner = uuid4(), uuid4()
        self.ids = [
            {"extraction_id": uuid4(), "video_id": video, "owner_id": owner, "extraction_no": no}
            for no in (1, 2)
        ]

    def _clock(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    @abstractmethod
    def empty(self) -> None:
        """Forget the rows of the walk before."""

    @abstractmethod
    def step(self) -> str:
        """Do something to both; return what."""

    @abstractmethod
    def rows_in_memory(self) -> dict[UUID, Any]:
        """Return what is kept, in plain values."""

    @abstractmethod
    def rows_in_postgres(self) -> dict[UUID, Any]:
        """Return the same of the tables."""

    def in_memory(self) -> tuple[Any, ...]:
        kept = self.memory.session.all("outbox")
        return self.rows_in_memory(), sorted(_said(each.envelope) for each in kept)

    def in_postgres(self) -> tuple[Any, ...]:
        kept = OutboxMessage.objects.using(self.KIND.name)
        return self.rows_in_postgres(), sorted(_said(each) for each in kept)

    def states(self) -> set[str]:
        """Return the states that were reached."""
        return {str(row[0]) for row in self.rows_in_memory().values()}

    def forget_messages(self) -> None:
        OutboxMessage.objects.using(self.KIND.name).all().delete()

    def both(self, ours: Callable[[], object], theirs: Callable[[], object]) -> object:
        """Do it in both forms; what one raises the other raises, and they answer alike."""
        answers = [_outcome(each) for each in (ours, theirs)]
        assert answers[0] == answers[1]
        return answers[0]

    def about(self) -> dict[str, Any]:
        """Return the ids of one of the extractions, with a run."""
        return {**self.dice.choice(self.ids), "run": self.dice.randint(1, 3)}


def _outcome(deed: Callable[[], object]) -> object:
    try:
        return bool(deed())
    except Exception as error:
        return type(error)


def _said(message: Any) -> tuple[Any, ...]:
    payload = message.payload
    named = ("run", "outcome", "cause", "fence", "code", "retryable", "tries", "extraction_no")
    return (message.type, *(str(payload.get(each)) for each in named))


class SagaPair(Pair):
    """Orchestration."""

    KIND = Orchestration
    EXPECTED = {"processing", "ready", "failed", "cancelled", "expired", "deleted"}

    def empty(self) -> None:
        Saga.objects.all().delete()
        self.forget_messages()

    def step(self) -> str:
        ids = self.about()
        until = self.now + timedelta(days=3)
        heard: Any = self.dice.choice(
            (
                messages.file_uploaded,
                messages.extraction_requested,
                messages.extraction_requested,
                messages.cancel_requested,
                messages.file_processed,
                messages.file_processed,
                messages.file_failed,
                lambda **ids: messages.expiry_extended(**ids, expires_at=until),
                None,
            )
        )
        if heard is None:
            return self._other()
        message = heard(**ids)
        self.both(
            lambda: self.memory.advance_saga(message) and None,
            lambda: sagas.advance_saga(heard=message, at=self.now) and None,
        )
        return f"{message.type} {message.extraction_no} run {message.run}"

    def _other(self) -> str:
        if self.dice.random() < 0.7:
            self.now += LONG_AGO
            Saga.objects.exclude(timer_at=None).update(timer_at=Now() - LONG_AGO)
            self.both(lambda: self.memory.ring_timers() and None, lambda: sagas.ring_timers() and 0)
            return "timers"
        about = {name: self.ids[0][name] for name in ("video_id", "owner_id")}
        gone = messages.video_deleted(
            extraction_ids=[each["extraction_id"] for each in self.ids], **about
        )
        self.both(
            lambda: self.memory.bury_video(gone), lambda: sagas.bury_video(heard=gone, at=self.now)
        )
        return "deleted"

    def rows_in_memory(self) -> dict[UUID, Any]:
        rows = self.memory.session.all("saga")
        return {each.extraction_id: _saga(each) for each in rows}

    def rows_in_postgres(self) -> dict[UUID, Any]:
        return {each.extraction_id: _saga(each.value()) for each in Saga.objects.all()}


def _saga(row: Any) -> tuple[Any, ...]:
    return (row.state.value, row.run, row.timer_at is None, row.expires_at is None)


class JobPair(Pair):
    """Processing."""

    KIND = Processing
    EXPECTED = {"queued", "running", "done", "failed", "discarded"}

    def empty(self) -> None:
        ProcessingJob.objects.all().delete()
        self.forget_messages()

    def step(self) -> str:
        ids = self.about()
        name = self.dice.choice(("wish", "end", "claim", "claim", "word", "word", "time"))
        getattr(self, f"_{name}")(ids)
        return f"{name} {ids['extraction_no']} run {ids['run']}"

    def _wish(self, ids: dict[str, Any]) -> None:
        command = messages.process_file(**ids)
        self.both(
            lambda: self.memory.accept_run(command), lambda: jobs.accept_run(command=command) and 0
        )

    def _end(self, ids: dict[str, Any]) -> None:
        outcome = self.dice.choice(("ready", "failed", "cancelled", "expired", "deleted"))
        ended = messages.extraction_ended(outcome, **ids)
        self.both(lambda: self.memory.discard_run(ended), lambda: jobs.discard_run(ended=ended))

    def _claim(self, ids: dict[str, Any]) -> None:
        self.both(self.memory.claim_next, lambda: jobs.claim_next(worker="w"))

    def _word(self, ids: dict[str, Any]) -> None:
        row = self.memory.session.get("job", ids["extraction_id"])
        if row is None:
            return
        fence = max(row.job.fence - self.dice.choice((0, 0, 0, 1)), 1)
        result = messages.result(fence=fence)
        why = {"code": "why", "detail": "so"}
        job = ProcessingJob(extraction_id=ids["extraction_id"])
        said = {"job": job, "fence": fence}
        good = {"frames": (), "warnings": (), "steps": (), "source_read_bytes": 1}
        word, theirs = self.dice.choice(
            (
                (
                    Succeeded(fence=fence, result=result),
                    lambda: jobs.record_success(**said, result=result, **good),
                ),
                (Refused(fence=fence, **why), lambda: jobs.fail_for_good(**said, **why)),
                (Hindered(fence=fence, **why), lambda: jobs.try_later(**said, **why)),
                (ChildDied(fence=fence, **why), lambda: jobs.note_child_death(**said, **why)),
            )
        )
        self.both(lambda: self.memory.end_try(Claim(row, fence), word), theirs)

    def _time(self, ids: dict[str, Any]) -> None:
        """Leases are over, and whoever rests is due."""
        self.now += timedelta(seconds=200)
        past = Now() - timedelta(seconds=1)
        ProcessingJob.objects.filter(state=JobState.RUNNING).update(lease_until=past)
        ProcessingJob.objects.filter(state=JobState.QUEUED).update(due_at=past)
        self.both(
            lambda: self.memory.release_expired_leases(),
            lambda: jobs.release_expired_leases() and 0,
        )

    def rows_in_memory(self) -> dict[UUID, Any]:
        return {
            each.job.extraction_id: _job(each.job, each) for each in self.memory.session.all("job")
        }

    def rows_in_postgres(self) -> dict[UUID, Any]:
        rows = ProcessingJob.objects.all()
        return {each.extraction_id: _job(each.value(), each) for each in rows}


def _job(job: Any, row: Any) -> tuple[Any, ...]:
    counts = (job.run, job.fence, job.tries, job.child_deaths, row.sweeps_left)
    return (job.state.value, *counts, row.lease_until is None, row.result is None)
