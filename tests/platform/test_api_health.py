"""Alive, and ready."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from frameflow.api import health
from frameflow.api.metrics import gauges
from frameflow.bus.backends import backend
from frameflow.storage import ObjectStore, store
from tests.databases import every_database_committed

Register = Callable[[str], Callable[[health.Check], health.Check]]


@pytest.fixture
def part() -> Iterator[Register]:
    """Registers parts that are forgotten after the test."""
    before = dict(health._checks)
    yield health.readiness
    health._checks.clear()
    health._checks.update(before)


def test_alive_asks_nobody(client: Client) -> None:
    """Without the mark of the databases a query would raise."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@every_database_committed
def test_ready_names_every_database_the_transport_and_the_store(
    client: Client, settings: Settings, part: Register
) -> None:
    part("worker")(lambda: None)  # none runs beside this test

    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.content
    parts = answer.json()["parts"]
    databases = {f"database:{context.name}" for context in settings.ACTIVE_CONTEXTS}
    assert databases | {"redis", "storage"} <= set(parts)
    assert all(part["ok"] and part["ms"] < 2000 for part in parts.values())


@every_database_committed
def test_one_part_away_is_503_and_says_which_but_not_why(client: Client, part: Register) -> None:
    def away() -> None:
        raise ConnectionError("redis://user:hunter2@cache-3")

    part("worker")(away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["parts"]["worker"]["ok"] is False
    assert "hunter2" not in answer.text
    assert "cache-3" not in answer.text


@every_database_committed
def test_a_part_that_hangs_costs_two_seconds_and_no_more(client: Client, part: Register) -> None:
    release = threading.Event()
    part("slow")(lambda: release.wait(30))
    part("also-slow")(lambda: release.wait(30))
    began = time.monotonic()
    try:
        answer = client.get("/readyz")
    finally:
        release.set()

    assert 1.9 < time.monotonic() - began < 4
    assert answer.status_code == 503
    assert answer.json()["parts"]["slow"]["ok"] is False
    assert answer.json()["parts"]["database:auth"]["ok"] is True


@every_database_committed
def test_the_transport_is_really_asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ConnectionError

    monkeypatch.setattr(backend(), "ping", away)

    assert client.get("/readyz").json()["parts"]["redis"]["ok"] is False


@every_database_committed
def test_a_scrape_of_the_metrics_writes_nothing_into_the_store(
    client: Client, objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/healthz")  # the routes register the parts
    written: list[str] = []
    monkeypatch.setattr(store(), "put", lambda key, data: written.append(key))
    told = {gauge.labels.get("part") for gauge in gauges()}
    assert written == []
    assert "redis" in told
    assert "storage" not in told
