"""Waking the workers, and what a woken worker does."""

import os
import socket

import django_rq
from rq import Worker
from rq.queue import Queue

from apps.processing import selectors, services
from apps.processing.exceptions import NoWorker

QUEUE = "processing"
FORGET_FAILURE_AFTER_S = 3600


def queue() -> Queue:
    """Return the RQ queue of this context; it speaks JSON, never pickle."""
    found: Queue = django_rq.get_queue(QUEUE)
    return found


def wake() -> None:
    """Wake one worker."""
    queue().enqueue(extract_frames, result_ttl=0, failure_ttl=FORGET_FAILURE_AFTER_S)


def wake_for(due: int) -> None:
    """Wake as many workers as there are jobs due, less the wake-ups already under way."""
    for _ in range(min(due - len(queue()), 100)):
        wake()


def extract_frames() -> None:
    """Work on one job that is due, and wake a worker for the next.

    One at a time, so that a worker that was told to stop does so after the job in hand.
    """
    from apps.processing.jobs.run import work_on

    worker = f"{socket.gethostname()}:{os.getppid()}:{os.getpid()}"
    claim = services.claim_next(worker=worker)
    if claim is not None:
        work_on(claim)
        wake_for(selectors.count_due())


def check_workers() -> None:
    """Raise `NoWorker` unless a worker has reported to Redis lately."""
    if not Worker.count(queue=queue()):
        raise NoWorker
