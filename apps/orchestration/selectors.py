"""Reads of orchestration."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.orchestration.exceptions import TimelineNotFound
from apps.orchestration.models import Saga, SagaStep
from frameflow.api.gauges import Gauge, count

RINGS_WITHIN_S = 60
_OF_SAGA = (
    "extraction_id", "video_id", "extraction_no", "run", "state", "expires_at", "created_at",
)  # fmt: skip
_OF_STEP = ("saga_id", "at", "heard", "run", "from_state", "to_state", "cause")


def get_now() -> datetime:
    """Return the moment by the database's clock, which alone decides deadlines."""
    with connections["orchestration"].cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
    return cast(datetime, now)


def list_sagas_of_video(*, video_id: UUID, owner_id: UUID) -> list[Saga]:
    """Return the sagas of an owner's video with their history, the newest extraction first.

    `TimelineNotFound` where there is none that the owner may see.
    """
    mine = Saga.objects.filter(video_id=video_id, owner_id=owner_id)
    sagas = list(mine.order_by("-extraction_no").prefetch_related("history"))
    if not sagas or all(saga.state == "deleted" for saga in sagas):
        raise TimelineNotFound
    return sagas


def list_overdue(*, limit: int) -> list[Saga]:
    """Return the sagas whose timer should have rung a minute ago, the oldest first."""
    return list(_overdue().order_by("timer_at")[:limit])


def count_overdue() -> int:
    """Return how many these are."""
    return count(_overdue())


def list_gauges() -> Iterator[Gauge]:
    """Yield the numbers of this context for `/metrics`."""
    yield Gauge(
        name="frameflow_sagas_overdue",
        meaning="Sagas whose deadline, or retention, ended over a minute ago",
        value=count_overdue(),
    )


def _overdue() -> "QuerySet[Saga]":
    return Saga.objects.filter(timer_at__lt=Now() - timedelta(seconds=RINGS_WITHIN_S))


def personal_data(*, owner_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what orchestration keeps about a person, table by table."""
    sagas = Saga.objects.filter(owner_id=owner_id)
    for row in sagas.values(*_OF_SAGA).iterator():
        yield "sagas", row
    history = SagaStep.objects.filter(saga__owner_id=owner_id).order_by("saga_id", "pk")
    for row in history.values(*_OF_STEP).iterator():
        yield "history", row
