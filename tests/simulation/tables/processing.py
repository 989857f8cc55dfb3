"""Processing over memory: jobs, claims and the garbage of dead fences."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from apps.processing.transitions import (
    Claimed,
    Heard,
    Job,
    JobState,
    LeaseOver,
    Reaction,
    Succeeded,
    react,
)
from frameflow.bus import UnitOfWork
from frameflow.contracts import (
    ExtractionEnded,
    ExtractionMessage,
    Outcome,
    ProcessFile,
    Result,
    ids_of,
    objects_prefix,
)
from tests.simulation.tables.context import Context, Handlers

SWEEPS = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of processing's table: what decides, and the rest."""

    job: Job
    source_key: str = ""
    due_at: datetime
    queued_at: datetime
    lease_until: datetime | None = None
    result: Result | None = None
    sweep_at: datetime | None = None
    sweeps_left: int = 0
    prefix: str = field(default="")


@dataclass(frozen=True)
class Claim:
    """The right to work on a job."""

    row: Row
    fence: int

    @property
    def prefix(self) -> str:
        return f"{self.row.prefix}{self.fence}/"


class Processing(Context):
    """The jobs, by the id of their extraction. `wake_ups` are RQ's, which may be forgotten."""

    name = "processing"
    wake_ups = 0

    @property
    def handlers(self) -> Handlers:
        return {ProcessFile: self.accept_run, ExtractionEnded: self.discard_run}

    def accept_run(self, command: ProcessFile) -> None:
        with self.work("accept run") as uow:
            row, reaction = self._advance(uow, self._row(command), command)
            if reaction.is_change:
                row = replace(row, source_key=command.source_key, result=None, queued_at=self.now)
                self._put(row)
                uow.after_commit(self._wake)

    def discard_run(self, ended: ExtractionEnded) -> None:
        if ended.outcome is Outcome.READY:
            return
        with self.work("discard run") as uow:
            row, reaction = self._advance(uow, self._row(ended), ended)
            if reaction.is_change:
                self._put(replace(row, result=None))

    def claim_next(self) -> Claim | None:
        with self.work("claim") as uow:
            rows: list[Row] = self.session.all("job")
            due = [
                each
                for each in rows
                if each.job.state is JobState.QUEUED and each.due_at <= self.now
            ]
            if not due:
                return None
            first = min(due, key=lambda each: each.queued_at)
            row, _ = self._advance(uow, first, Claimed())
            row = replace(row, lease_until=self.later(self.settings.lease_s))
            self._put(row)
            return Claim(row, row.job.fence)

    def is_mine(self, claim: Claim) -> bool:
        row: Row = self.session.get("job", claim.row.job.extraction_id)
        return row.job.is_held_with(claim.fence)

    def renew_lease(self, claim: Claim) -> bool:
        with self.work("renew lease"):
            row: Row = self.session.get("job", claim.row.job.extraction_id)
            if not row.job.is_held_with(claim.fence):
                return False
            self._put(replace(row, lease_until=self.later(self.settings.lease_s)))
            return True

    def end_try(self, claim: Claim, word: Heard) -> bool:
        """Take a worker's word; False where its claim was lost."""
        with self.work("end try") as uow:
            row: Row = self.session.get("job", claim.row.job.extraction_id)
            row, reaction = self._advance(uow, row, word)
            if not reaction.is_change:
                return False
            self._put(replace(row, result=word.result) if isinstance(word, Succeeded) else row)
            return True

    def release_expired_leases(self) -> None:
        with self.work("release leases") as uow:
            for row in self.session.all("job"):
                if row.job.state is JobState.RUNNING and row.lease_until < self.now:
                    row, _ = self._advance(uow, row, LeaseOver())
                    self._put(row)

    def wake_workers(self) -> None:
        rows: list[Row] = self.session.all("job")
        due = [
            each for each in rows if each.job.state is JobState.QUEUED and each.due_at <= self.now
        ]
        self.wake_ups = max(self.wake_ups, len(due))

    def sweep_objects(self) -> None:
        rows: list[Row] = self.session.all("job")
        for row in [each for each in rows if each.sweep_at and each.sweep_at <= self.now]:
            for key in [found.key for found in self.objects.list(row.prefix)]:
                fence = int(key.removeprefix(row.prefix).partition("/")[0])
                if row.job.has_no_use_for(fence):
                    self.objects.delete(key)
            self._note_round(row)

    def _note_round(self, row: Row) -> None:
        with self.work("note round"):
            now: Row = self.session.get("job", row.job.extraction_id)
            if now.sweep_at == row.sweep_at:
                left = max(row.sweeps_left - 1, 0)
                again_at = self.later(self.settings.grace_s) if left else None
                self._put(replace(now, sweeps_left=left, sweep_at=again_at))

    def _wake(self) -> None:
        self.wake_ups += 1

    def _row(self, message: ExtractionMessage) -> Row:
        found: Row | None = self.session.get("job", message.extraction_id)
        if found is None:
            ids = ids_of(message)
            prefix = objects_prefix(ids)
            job = Job(**{**ids, "run": 0})
            found = Row(job=job, due_at=self.now, queued_at=self.now, prefix=prefix)
            self._put(found)
        return found

    def _advance(self, uow: UnitOfWork, row: Row, heard: Heard) -> tuple[Row, Reaction]:
        """Return the row as the table wants it, with no worker; say what is to be said."""
        reaction = react(row.job, heard, policy=self.settings.job)
        if reaction.is_change:
            row = replace(row, job=reaction.job, lease_until=None)
        if reaction.is_change and reaction.job.state is JobState.QUEUED:
            row = replace(row, due_at=self.later(reaction.pause_s))
        if reaction.strands_objects:
            row = replace(row, sweep_at=self.now, sweeps_left=SWEEPS)
        for message in reaction.messages:
            uow.publish(message)
        return row, reaction

    def _put(self, row: Row) -> None:
        self.session.put("job", row.job.extraction_id, row)
