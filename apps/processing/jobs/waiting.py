"""What waits in the queue, for operators: as it lies in Redis, whoever wrote it."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from rq.job import Job
from rq.utils import now, str_to_date

from apps.processing.jobs.wakeups import count_workers, extract_frames, queue
from frameflow.api.gauges import Gauge

#: Function, instance and arguments of a wake-up.
_NAME = f"{extract_frames.__module__}.{extract_frames.__name__}"
SAYS_NOTHING: list[object] = [_NAME, None, [], {}]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An entry of the queue, and whether it is a wake-up that names nothing."""

    id: str
    age_s: float
    says_nothing: bool


def list_gauges() -> Iterator[Gauge]:
    """Yield the numbers of the queue for `/metrics`."""
    yield Gauge(
        name="frameflow_workers",
        meaning="Workers that reported to Redis within the last minute",
        value=count_workers(),
    )
    yield Gauge(
        name="frameflow_wake_ups",
        meaning="Wake-ups in the queue",
        value=count_wake_ups(),
    )


def count_wake_ups() -> int:
    """Return how many wake-ups wait for a worker."""
    return len(queue())


def list_wake_ups() -> list[Waiting]:
    """Return what waits in the queue, the next first; what is taken meanwhile is left out."""
    found = queue()
    ids = found.job_ids
    with found.connection.pipeline(transaction=False) as asked:
        for each in ids:
            asked.hmget(Job.key_for(each), "data", "enqueued_at")
        entries = zip(ids, asked.execute(), strict=True)
    return [_waiting(each, *fields) for each, fields in entries if any(fields)]


def _waiting(entry_id: str, data: bytes | None, since: bytes | None) -> Waiting:
    age_s = 0.0
    with suppress(ValueError):  # an entry of somebody else's
        age_s = (now() - str_to_date(since or b"")).total_seconds()
    return Waiting(id=entry_id, age_s=age_s, says_nothing=_said(data or b"") == SAYS_NOTHING)


def _said(data: bytes) -> object:
    """Return what an entry says, None where that cannot be read."""
    with suppress(zlib.error):
        data = zlib.decompress(data)
    with suppress(ValueError):
        return json.loads(data)
    return None
