"""A worker and its work-horse."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import redis
from rq.queue import Queue
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from apps.processing import services
from apps.processing.jobs.wakeups import WakeUp, extract_frames, queue
from apps.processing.jobs.worker import Worker
from apps.processing.models import ProcessingJob
from frameflow.contracts import ProcessFile
from tests import messages
from tests.databases import every_database_committed


class Forsaken(Worker):
    """Loses Redis while it waits for a horse that is still at work."""

    def main_work_horse(self, *args: Any) -> None:
        time.sleep(0.5)
        os._exit(0)

    def monitor_work_horse(self, *args: Any) -> None:
        self.forgotten = self.horse_pid
        raise redis.ConnectionError


class Bereaved(Worker):
    """Has a horse that claims a job and is killed."""

    def main_work_horse(self, *args: Any) -> None:
        services.claim_next(worker=f"{socket.gethostname()}:{os.getppid()}:{os.getpid()}")
        os.kill(os.getpid(), signal.SIGKILL)


class Doubly(Bereaved):
    """Loses Redis as well."""

    def monitor_work_horse(self, *args: Any) -> None:
        raise redis.ConnectionError


@pytest.fixture
def found() -> Iterator[Queue]:
    """The queue of wake-ups, empty before and after."""
    found = queue()
    found.empty()
    yield found
    found.empty()
    found.connection.delete(StartedJobRegistry(queue=found).key)  # who lost Redis ended nothing


def worker_of(kind: type[Worker], found: Queue) -> Any:
    return kind([found], connection=found.connection, job_class=WakeUp, serializer=JSONSerializer)


@every_database_committed
@pytest.mark.parametrize("kind", [Bereaved, Doubly])
def test_the_job_of_a_killed_horse_waits_again_at_once(found: Queue, kind: type[Worker]) -> None:
    mine, of_others = messages.process_file(), messages.process_file()
    services.accept_run(command=of_others)
    services.claim_next(worker="another:1:2")
    services.accept_run(command=mine)
    found.empty()
    wake_up = found.enqueue(extract_frames)
    found.pop_job_id()
    with suppress(redis.ConnectionError):
        worker_of(kind, found).execute_job(wake_up, found)
    assert state_of(mine) == ("queued", 1)
    assert state_of(of_others) == ("running", 1)
    assert len(found) == 1


def state_of(command: ProcessFile) -> tuple[str, int]:
    job = ProcessingJob.objects.get(pk=command.extraction_id)
    return job.state, job.fence


def test_a_worker_that_loses_redis_goes_on_when_its_horse_is_buried(found: Queue) -> None:
    worker = worker_of(Forsaken, found)
    with pytest.raises(redis.ConnectionError):
        worker.execute_job(found.enqueue(extract_frames), found)
    with pytest.raises(ChildProcessError):
        os.waitpid(worker.forgotten, os.WNOHANG)
