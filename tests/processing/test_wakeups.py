"""The RQ wake-up: a hint without arguments, in JSON, that may be lost or doubled."""

import json
import pickle
import zlib

import pytest
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from apps.processing import jobs
from apps.processing.exceptions import NoWorker
from apps.processing.jobs.wakeups import QUEUE, queue
from tests.databases import every_database_committed


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    queue().empty()
    queue().connection.delete(WORKERS_BY_QUEUE_KEY % QUEUE)  # those of the tests before


def test_a_wake_up_carries_no_arguments_and_no_pickle() -> None:
    jobs.wake()
    (job,) = queue().jobs
    assert (list(job.args), job.kwargs) == ([], {})
    assert job.serializer is JSONSerializer
    stored = zlib.decompress(job.connection.hget(job.key, "data"))
    assert json.loads(stored)[0] == "apps.processing.jobs.wakeups.extract_frames"


def test_a_pickle_in_the_queue_is_not_opened_by_the_worker() -> None:
    jobs.wake()
    (job,) = queue().jobs
    job.connection.hset(job.key, "data", zlib.compress(pickle.dumps(("os.getpid", None, [], {}))))
    with pytest.raises(DeserializationError):
        Job.fetch(job.id, connection=job.connection, serializer=JSONSerializer).func_name  # noqa: B018


def test_no_more_wake_ups_are_sent_than_jobs_are_due() -> None:
    jobs.wake()
    jobs.wake_for(3)
    jobs.wake_for(3)
    jobs.wake_for(0)
    assert len(queue()) == 3


@every_database_committed
def test_a_wake_up_with_nothing_to_do_does_nothing() -> None:
    jobs.extract_frames()


def test_without_a_worker_the_system_is_not_ready() -> None:
    with pytest.raises(NoWorker):
        jobs.check_workers()


def test_a_worker_that_was_killed_is_counted_no_longer_than_its_key() -> None:
    redis, alive, killed = queue().connection, "rq:worker:alive", "rq:worker:killed"
    redis.sadd(WORKERS_BY_QUEUE_KEY % QUEUE, alive, killed)
    with pytest.raises(NoWorker):
        jobs.check_workers()
    redis.hset(alive, "birth", "now")
    try:
        jobs.check_workers()
        (told,) = (each.value for each in jobs.list_gauges() if each.name == "frameflow_workers")
        assert told == 1
    finally:
        redis.delete(alive, WORKERS_BY_QUEUE_KEY % QUEUE)
