"""Waking the workers, and what a woken worker does."""

import os
import socket
from collections.abc import Mapping
from typing import Any

import django_rq
from django.conf import settings
from rq import Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.queue import Queue
from rq.utils import as_text, missing_keys

from apps.processing import selectors, services
from apps.processing.exceptions import NoWorker

QUEUE = "processing"
#: How long RQ keeps what ended well, and what failed.
KEPT_S = {"result_ttl": 0, "failure_ttl": 3600}
#: What RQ itself has to know of a job between its steps.
BOOK_KEEPING = {
    "created_at",
    "enqueued_at",
    "started_at",
    "ended_at",
    "last_heartbeat",
    "status",
    "worker_name",
}


class WakeUp(Job):
    """A job that says nothing but that it is there.

    RQ would read from Redis which function to call, and which others and which addresses
    afterwards: whoever can write there would have a worker do anything. So that is not read.
    """

    def restore(self, raw_data: Mapping[Any, Any]) -> None:
        """Take over the book-keeping and nothing else; what is no job is not there."""
        kept = {as_text(name): value for name, value in raw_data.items()}
        kept = {name: value for name, value in kept.items() if name in BOOK_KEEPING}
        try:
            super().restore({**kept, **_every_job()})
        except ValueError as error:
            raise NoSuchJobError from error

    def perform(self) -> None:
        """Do the one thing that a woken worker does."""
        extract_frames()


def queue() -> Queue:
    """Return the RQ queue of this context; it speaks JSON, never pickle."""
    found: Queue = django_rq.get_queue(QUEUE, job_class=WakeUp)
    return found


def wake() -> None:
    """Wake one worker."""
    queue().enqueue(extract_frames, **KEPT_S)


def _every_job() -> dict[str, bytes | str]:
    """Return what all jobs of this queue have in common, as it lies in Redis."""
    return {
        "data": b'["%b", null, [], {}]' % f"{__name__}.{extract_frames.__name__}".encode(),
        "origin": QUEUE,
        "timeout": str(settings.RQ_QUEUES[QUEUE]["DEFAULT_TIMEOUT"]),
        **{name: str(kept_s) for name, kept_s in KEPT_S.items()},
    }


def wake_for(due: int) -> None:
    """Wake as many workers as there are jobs due, less the wake-ups already under way."""
    for _ in range(min(due - len(queue()), 100)):
        wake()


def extract_frames() -> None:
    """Work on one job that is due, and wake a worker for the next.

    One at a time, so that a worker that was told to stop does so after the job in hand.
    """
    from apps.processing.jobs.run import work_on

    claim = services.claim_next(worker=_name(os.getppid(), os.getpid()))
    if claim is not None:
        work_on(claim)
        wake_for(selectors.count_due())


def take_back_from(horse_pid: int) -> None:
    """Take the job of a work-horse of this process that was killed, and wake a worker for it."""
    if services.take_back_from(worker=_name(os.getpid(), horse_pid)):
        wake_for(selectors.count_due())


def _name(worker_pid: int, horse_pid: int) -> str:
    return f"{socket.gethostname()}:{worker_pid}:{horse_pid}"


def count_workers() -> int:
    """Return how many workers have reported to Redis within the last minute.

    RQ's register keeps those that were killed until another worker cleans it: their own keys end.
    """
    found = queue()
    registered = Worker.all_keys(queue=found)
    return len(registered) - len(missing_keys(found.connection, registered))


def check_workers() -> None:
    """Raise `NoWorker` unless a worker has reported to Redis lately."""
    if not count_workers():
        raise NoWorker
