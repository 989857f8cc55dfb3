"""A worker and its work-horse."""

import os
import time
from typing import Any

import pytest
import redis
from rq.serializers import JSONSerializer

from apps.processing.jobs.wakeups import WakeUp, extract_frames, queue
from apps.processing.jobs.worker import Worker


class Forsaken(Worker):
    """Loses Redis while it waits for a horse that is still at work."""

    def main_work_horse(self, *args: Any) -> None:
        time.sleep(0.5)
        os._exit(0)

    def monitor_work_horse(self, *args: Any) -> None:
        self.forgotten = self.horse_pid
        raise redis.ConnectionError


def test_a_worker_that_loses_redis_goes_on_when_its_horse_is_buried() -> None:
    found = queue()
    worker = Forsaken(
        [found], connection=found.connection, job_class=WakeUp, serializer=JSONSerializer
    )
    try:
        with pytest.raises(redis.ConnectionError):
            worker.execute_job(found.enqueue(extract_frames), found)
    finally:
        found.empty()
    with pytest.raises(ChildProcessError):
        os.waitpid(worker.forgotten, os.WNOHANG)
