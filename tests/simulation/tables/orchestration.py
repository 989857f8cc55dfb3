"""Orchestration over memory: sagas."""

from uuid import UUID

from apps.orchestration.saga import Heard, Reaction, Replaced, Saga, TimerRang, react
from frameflow.bus import UnitOfWork
from frameflow.contracts import (
    CancelRequested,
    ExpiryExtended,
    ExtractionMessage,
    ExtractionRequested,
    FileFailed,
    FileProcessed,
    FileUploaded,
    VideoDeleted,
)
from tests.simulation.tables.context import Context, Handlers


class Orchestration(Context):
    """The sagas, by the id of their extraction."""

    name = "orchestration"

    @property
    def handlers(self) -> Handlers:
        about_one = (
            FileUploaded,
            ExtractionRequested,
            CancelRequested,
            FileProcessed,
            FileFailed,
            ExpiryExtended,
        )
        return {**dict.fromkeys(about_one, self.advance_saga), VideoDeleted: self.bury_video}

    def advance_saga(self, heard: ExtractionMessage) -> None:
        with self.work("advance saga") as uow:
            saga = self._saga(
                heard.extraction_id, heard.video_id, heard.owner_id, heard.extraction_no
            )
            reaction = self._step(uow, saga, heard)
            if reaction.replaces_older:
                for older in self._older_than(saga):
                    self._step(uow, older, Replaced())

    def bury_video(self, heard: VideoDeleted) -> None:
        with self.work("bury video") as uow:
            for number, extraction_id in enumerate(heard.extraction_ids, start=1):
                saga = self._saga(extraction_id, heard.video_id, heard.owner_id, number)
                self._step(uow, saga, heard)

    def ring_timers(self) -> None:
        with self.work("ring timers") as uow:
            for saga in self.session.all("saga"):
                if saga.timer_at is not None and saga.timer_at <= self.now:
                    self._step(uow, saga, TimerRang())

    def _saga(self, extraction_id: UUID, video_id: UUID, owner_id: UUID, number: int) -> Saga:
        found: Saga | None = self.session.get("saga", extraction_id)
        if found is None:
            found = Saga(
                extraction_id=extraction_id,
                video_id=video_id,
                owner_id=owner_id,
                extraction_no=number,
            )
            self.session.put("saga", extraction_id, found)
        return found

    def _older_than(self, saga: Saga) -> list[Saga]:
        sagas: list[Saga] = self.session.all("saga")
        older = [
            each
            for each in sagas
            if each.video_id == saga.video_id and each.extraction_no < saga.extraction_no
        ]
        return sorted(older, key=lambda each: each.extraction_no)

    def _step(self, uow: UnitOfWork, saga: Saga, heard: Heard) -> Reaction:
        reaction = react(saga, heard, at=self.now, policy=self.settings.saga)
        if reaction.alarm:
            self.alarms.append(f"saga {saga.state} run {saga.run} heard {heard!r}")
        if reaction.saga != saga or reaction.messages:
            self.session.put("saga", saga.extraction_id, reaction.saga)
        for message in reaction.messages:
            uow.publish(message)
        return reaction
