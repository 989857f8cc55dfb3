"""Writes of orchestration: load, lock, ask the pure saga, save and publish."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connections
from django.db.models.functions import Now

from apps.orchestration.models import Saga, SagaStep
from apps.orchestration.saga import Heard, Policy, Reaction, Replaced, State, TimerRang, react
from apps.orchestration.selectors import get_now
from frameflow.bus import UnitOfWork, unit_of_work
from frameflow.contracts import ExtractionEnded, ExtractionMessage, Message, VideoDeleted

ALIAS = "orchestration"

log = structlog.stdlib.get_logger(__name__)


def policy() -> Policy:
    """Return the deadline and the retention that the operator chose."""
    days = settings.RETENTION_DAYS
    return Policy(
        deadline=timedelta(seconds=settings.RUN_DEADLINE_S),
        retention=timedelta(days=days) if days else None,
    )


def advance_saga(*, heard: ExtractionMessage, at: datetime) -> Reaction:
    """Take in a message about one extraction; a ready one replaces the older of its video."""
    with unit_of_work(ALIAS) as uow:
        saga = _locked(heard.extraction_id, heard.video_id, heard.owner_id, heard.extraction_no)
        reaction = _step(uow, saga, heard, at)
        if reaction.replaces_older:
            for older in _older_than(saga):
                _step(uow, older, Replaced(), at)
        return reaction


def bury_video(*, heard: VideoDeleted, at: datetime) -> None:
    """End every extraction of a deleted video, also those not heard of yet."""
    with unit_of_work(ALIAS) as uow:
        for number, extraction_id in enumerate(heard.extraction_ids, start=1):
            saga = _locked(extraction_id, heard.video_id, heard.owner_id, number)
            _step(uow, saga, heard, at)


def ring_timers(*, limit: int = 100) -> int:
    """Ring the timers that are due by the database's clock; return how many."""
    with unit_of_work(ALIAS) as uow:
        due = Saga.objects.filter(timer_at__lte=Now()).order_by("timer_at")
        sagas = list(due.select_for_update(skip_locked=True)[:limit])
        for saga in sagas:
            if saga.state == State.PROCESSING:
                log.warning("saga.deadline_passed", saga=str(saga.pk), run=saga.run)
            _step(uow, saga, TimerRang(), get_now())
        return len(sagas)


def _locked(extraction_id: UUID, video_id: UUID, owner_id: UUID, number: int) -> Saga:
    """Return the row, locked; what was never heard of gets one (locks in order of number)."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [str(video_id)])
    saga, _ = Saga.objects.select_for_update().get_or_create(
        extraction_id=extraction_id,
        defaults={"video_id": video_id, "owner_id": owner_id, "extraction_no": number},
    )
    return saga


def _older_than(saga: Saga) -> list[Saga]:
    older = Saga.objects.filter(
        video_id=saga.video_id, extraction_no__lt=saga.extraction_no
    ).exclude(pk=saga.pk)
    return list(older.order_by("extraction_no").select_for_update())


def _step(uow: UnitOfWork, saga: Saga, heard: Heard, at: datetime) -> Reaction:
    before = saga.state
    reaction = react(saga.value(), heard, at=at, policy=policy())
    if reaction.alarm:
        uow.note_impossible("saga.impossible", saga=str(saga), heard=_name(heard))
    if reaction.saga != saga.value() or reaction.messages:
        saga.take(reaction.saga).save()
        _note(saga, heard, before, reaction.messages)
    for message in reaction.messages:
        uow.publish(message)
    return reaction


def _note(saga: Saga, heard: Heard, before: str, said: tuple[Message, ...]) -> None:
    verdict = next((each for each in said if isinstance(each, ExtractionEnded)), None)
    SagaStep.objects.create(
        saga=saga,
        heard=_name(heard),
        run=saga.run,
        from_state=before,
        to_state=saga.state,
        cause=verdict.cause if verdict else "",
        steps=verdict.model_dump(mode="json")["steps"] if verdict else [],
    )


def _name(heard: Heard) -> str:
    return heard.type if isinstance(heard, Message) else type(heard).__name__
