"""Reads of orchestration."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import connections

from apps.orchestration.exceptions import TimelineNotFound
from apps.orchestration.models import Saga


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
