"""Whoever can write into Redis can wake a worker, and nothing more."""

import json
import pickle
import signal
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from rq.registry import StartedJobRegistry
from rq.suspension import resume, suspend

from apps.processing import jobs, services
from apps.processing.jobs.wakeups import QUEUE, WakeUp, queue
from apps.processing.jobs.worker import _worker
from frameflow.settings import base
from tests.databases import every_database_committed


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    queue().empty()
    yield
    queue().empty()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that a woken worker looks into the table."""
    seen: list[str] = []
    real = services.claim_next

    def looked(*, worker: str) -> Any:
        seen.append(worker)
        return real(worker=worker)

    monkeypatch.setattr(services, "claim_next", looked)
    return seen


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server, and what it was asked."""
    asked: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

    with HTTPServer(("127.0.0.1", 0), Note) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def plant(data: bytes, **fields: Any) -> None:
    """Put a job into Redis by hand, as somebody would who has its password alone."""
    jobs.wake()
    (job,) = queue().jobs
    fields = {"data": data, "meta": pickle.dumps(Path), "result": pickle.dumps(Path), **fields}
    job.connection.hset(job.key, mapping=fields)


def work() -> None:
    """What a worker does with the next job, without the fork."""
    worker = _worker()
    try:
        found = worker.dequeue_job_and_maintain_ttl(timeout=None)
        if found is not None:
            job, from_queue = found
            worker.perform_job(job, from_queue, worker.prepare_execution(job))
    finally:
        worker.register_death()


def calls_of(made: Path, address: str) -> dict[str, Any]:
    hooks = [{"url": address, "job_status": status} for status in ("finished", "failed")]
    more = {"method": "GET", "headers": None, "timeout": 2}
    return {
        "success_callback_name": "tests.processing.test_planted_jobs.planted",
        "failure_callback_name": "tests.processing.test_planted_jobs.planted",
        "webhooks": json.dumps([{**hook, **more} for hook in hooks]),
        "timeout": 1,
        "repeats_left": 1000,
        "repeat_intervals": "[0]",
        "dependency_ids": json.dumps([str(made)]),
    }


CALLED: list[object] = []


def planted(*args: object) -> None:
    """What must never be called."""
    CALLED.append(args)


@every_database_committed
@pytest.mark.parametrize("how", ["json", "pickle", "bomb", "rubbish"])
def test_a_planted_job_runs_nothing_of_its_own(
    how: str, tmp_path: Path, looks: list[str], elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    made = tmp_path / "made"
    plant(
        {
            "json": json.dumps(["os.mkdir", None, [str(made)], {}]).encode(),
            "pickle": zlib.compress(pickle.dumps(("os.mkdir", None, [str(made)], {}))),
            "bomb": zlib.compress(b" " * 50_000_000),
            "rubbish": b"\xff\x00",
        }[how],
        **calls_of(made, address),
    )
    work()
    assert not made.exists()
    assert not CALLED
    assert not asked
    assert len(looks) == 1
    assert len(queue()) == 0
    assert StartedJobRegistry(queue=queue()).count == 0


@every_database_committed
@pytest.mark.parametrize("fields", [{"status": "nonsense"}, {"created_at": "yesterday"}])
def test_what_is_no_job_is_passed_over(fields: dict[str, str], looks: list[str]) -> None:
    plant(b"", **fields)
    jobs.wake()
    work()
    work()
    assert len(looks) == 1
    assert len(queue()) == 0


@pytest.mark.parametrize("command", ["shutdown", "kill-horse", "stop-job", "stop-execution"])
def test_nobody_hears_a_command(command: str) -> None:
    worker = _worker()
    ended: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: ended.append(number))
    try:
        worker.bootstrap()
        said = {"command": command, "job_id": "1", "execution_id": "1"}
        channel = PUBSUB_CHANNEL_TEMPLATE % worker.name
        assert worker.connection.publish(channel, json.dumps(said)) == 0
    finally:
        worker.teardown()
        signal.signal(signal.SIGINT, before)
    assert not ended


def test_nobody_can_suspend_a_worker() -> None:
    worker = _worker()
    suspend(worker.connection, ttl=60)
    try:
        worker.check_for_suspension(burst=True)  # RQ's own ends here
    finally:
        resume(worker.connection)
        worker.teardown()


@every_database_committed
def test_a_job_of_ours_is_kept_as_it_was() -> None:
    jobs.wake()
    (job,) = queue().jobs
    assert isinstance(job, WakeUp)
    assert job.func is jobs.extract_frames
    assert (job.timeout, job.result_ttl) == (24 * 3600, 0)
    assert job.origin == QUEUE


def test_a_pickle_in_the_cache_is_not_opened(settings: Settings, tmp_path: Path) -> None:
    class Planted:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.mkdir, (tmp_path / "made",)

    settings.CACHES = {"default": base.CACHES["default"]}
    name = str(uuid4())
    queue().connection.set(cache.make_key(name), pickle.dumps(Planted()))
    with pytest.raises(UnicodeDecodeError):
        cache.get(name)
    assert not (tmp_path / "made").exists()
