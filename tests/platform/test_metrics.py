"""What `/metrics` says, to whom, at what cost, and when a part is away."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as product
from django.db import connections
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from apps.auth.models import User
from apps.orchestration.models import Saga
from apps.orchestration.schedule import report_overdue
from apps.processing.jobs.wakeups import queue
from apps.processing.models import ProcessingJob
from apps.processing.schedule import report_silent_leases
from apps.upload.models import Extraction
from frameflow.api import gauges as measuring
from frameflow.api import parts as asking
from frameflow.api.gauges import MEASURES, Gauge
from frameflow.api.metrics import gauges
from frameflow.bus import unit_of_work
from frameflow.bus.models import InboxMessage, OutboxMessage
from frameflow.storage import ObjectStore
from tests import messages
from tests.bus import Bus
from tests.databases import every_database_committed
from tests.factories import stored_video

pytestmark = every_database_committed

TOKEN = "a monitoring system's own"
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def nothing_waits(objects: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    queue().empty()
    monkeypatch.setattr(asking, "LIMIT_S", 30.0)  # who is slow here is not away


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def scraped(client: Client) -> Values:
    """Return every sample, by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in families
        for each in family.samples
    }


def value(values: Values, name: str, **labels: str) -> float:
    return values[name, frozenset(labels.items())]


# Who may read


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer another", f"Token {TOKEN}", TOKEN, "Bearer ção"]
)
def test_without_the_token_there_is_nothing(client: Client, shown: str) -> None:
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


@pytest.mark.parametrize("shown", ["Bearer ", "Bearer", ""])
def test_an_empty_token_opens_to_nobody(client: Client, settings: Any, shown: str) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_staff_may_read_and_others_may_not(
    client: Client, support_agent: User, owner: User
) -> None:
    for person, status in ((support_agent, 200), (owner, 404)):
        client.force_login(person)
        assert client.get("/metrics").status_code == status


def test_it_is_the_text_format_and_kept_by_nobody(client: Client) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"bearer {TOKEN}"})
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"# HELP frameflow_up Whether a part answered within two seconds" in answer.content


# What it says


def test_a_system_at_rest_has_nothing_to_tell(client: Client) -> None:
    values = scraped(client)
    told = {name: each for (name, _), each in values.items() if name != "frameflow_up"}
    assert set(told.values()) == {0}
    for context in product.ACTIVE_CONTEXTS:
        assert value(values, "frameflow_messages_waiting", context=context.name) == 0
        assert value(values, "frameflow_up", part=f"database:{context.name}") == 1
        assert value(values, "frameflow_up", part=f"gauges:{context.name}") == 1


def test_messages_are_counted_where_they_wait(client: Client, bus: Bus) -> None:
    with unit_of_work("upload") as uow:
        uow.publish(messages.file_uploaded())
    OutboxMessage.objects.using("upload").update(
        created_at=Now() - timedelta(hours=1),
        next_attempt_at=Now() - timedelta(minutes=5),
        attempts=10,
    )
    values = scraped(client)
    assert value(values, "frameflow_messages_waiting", context="upload") == 2
    assert value(values, "frameflow_messages_not_acknowledged", context="upload") == 1
    age_s = value(values, "frameflow_message_oldest_age_seconds", context="upload")
    assert 3600 <= age_s < 3700
    assert 300 <= value(values, "frameflow_relay_lag_seconds", context="upload") < 400
    assert value(values, "frameflow_messages_waiting", context="processing") == 0
    bus.settle()
    OutboxMessage.objects.using("upload").update(done_at=Now())
    values = scraped(client)
    for name in ("waiting", "not_acknowledged"):
        assert value(values, f"frameflow_messages_{name}", context="upload") == 0


def test_a_handler_that_keeps_failing_is_counted(client: Client) -> None:
    heard = {"consumer": "upload", "type": "EXTRACTION_ENDED", "correlation_id": uuid4()}
    for attempts in (4, 5):
        InboxMessage.objects.using("upload").create(
            message_id=uuid4(), attempts=attempts, last_error="no", **heard
        )
    assert value(scraped(client), "frameflow_handlers_failing", context="upload") == 1


def test_what_could_not_be_is_kept_and_counted(
    client: Client, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work("processing") as uow:
        uow.publish(messages.file_processed())  # of no saga that was ever begun
    bus.settle()
    kept = InboxMessage.objects.using("orchestration").get()
    assert kept.alarm == "saga.impossible"
    assert "saga.impossible" in caplog.text
    values = scraped(client)
    assert value(values, "frameflow_messages_impossible", context="orchestration") == 1
    assert value(values, "frameflow_messages_impossible", context="processing") == 0


def test_uploads_jobs_and_wake_ups_are_counted(client: Client) -> None:
    stored_video(state="uploading", extraction=None, active_at=Now() - timedelta(minutes=20))
    stored_video(extraction="processing")
    Extraction.objects.create(
        video=stored_video(state="deleted", extraction=None),
        extraction_no=1,
        state="processing",
        options={},
    )
    since = {"queued_at": Now() - timedelta(hours=2)}  # it has come back to the line since
    _job(state="queued", due_at=Now() - timedelta(minutes=3), **since)
    _job(state="running", lease_until=Now() + timedelta(minutes=3))
    values = scraped(client)
    assert value(values, "frameflow_uploads_under_way") == 1
    assert 1200 <= value(values, "frameflow_upload_longest_silence_seconds") < 1300
    assert value(values, "frameflow_extractions_at_work") == 1
    assert value(values, "frameflow_jobs", state="queued") == 1
    assert value(values, "frameflow_jobs", state="running") == 1
    assert 180 <= value(values, "frameflow_job_oldest_queued_age_seconds") < 280
    assert value(values, "frameflow_leases_expired") == 0


def _job(**fields: Any) -> ProcessingJob:
    ids = {"extraction_id": uuid4(), "video_id": uuid4(), "owner_id": uuid4()}
    return ProcessingJob.objects.create(**ids, extraction_no=1, run=1, **fields)


def _saga(**fields: Any) -> Saga:
    ids = {"extraction_id": uuid4(), "video_id": uuid4(), "owner_id": uuid4()}
    return Saga.objects.create(**ids, extraction_no=1, run=1, **fields)


# Alarms by the clock


def test_a_lease_that_nobody_takes_back_is_an_alarm(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _job(state="running", lease_until=Now() - timedelta(seconds=30))
    report_silent_leases()
    assert "job.lease_not_taken_back" not in caplog.text
    jobs = [_job(state="running", lease_until=Now() - timedelta(minutes=2)) for _ in range(7)]
    report_silent_leases()
    assert caplog.text.count("job.lease_not_taken_back") == 1
    assert sum(str(each.pk) in caplog.text for each in jobs) == 5
    assert caplog.records[-1].levelname == "ERROR"
    assert value(scraped(client), "frameflow_leases_expired") == 7


def test_a_saga_whose_timer_does_not_ring_is_an_alarm(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _saga(state="processing", timer_at=Now() - timedelta(seconds=30))
    report_overdue()
    assert "saga.overdue" not in caplog.text
    late = _saga(state="processing", timer_at=Now() - timedelta(minutes=2))
    report_overdue()
    assert str(late.pk) in caplog.text
    assert "saga.overdue" in caplog.text
    assert caplog.records[-1].levelname == "ERROR"
    assert value(scraped(client), "frameflow_sagas_overdue") == 1


# When a part is away


@pytest.fixture
def measures() -> Iterator[dict[str, dict[str, Any]]]:
    """What is measured; forgotten after the test."""
    before = {part: dict(functions) for part, functions in MEASURES.items()}
    yield MEASURES
    MEASURES.clear()
    MEASURES.update(before)


def test_a_part_that_fails_is_down_and_the_others_answer(
    client: Client, measures: dict[str, dict[str, Any]]
) -> None:
    def away() -> list[Gauge]:
        raise OSError("postgres://user:hunter2@db-3")

    measures["upload"] = {"videos": away}
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert b"hunter2" not in answer.content
    values = scraped(client)
    assert value(values, "frameflow_up", part="gauges:upload") == 0
    assert value(values, "frameflow_up", part="gauges:processing") == 1
    assert ("frameflow_uploads_under_way", frozenset()) not in values
    assert value(values, "frameflow_jobs", state="queued") == 0


def test_a_part_that_is_silent_is_down_in_time(
    client: Client, measures: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(asking, "LIMIT_S", 1.0)
    measures["upload"] = {"videos": lambda: go_on.wait(30) and []}
    try:
        values = scraped(client)
    finally:
        go_on.set()
    assert value(values, "frameflow_up", part="gauges:upload") == 0
    assert value(values, "frameflow_up", part="gauges:orchestration") == 1


# What it costs, and what it never says


def test_no_label_names_a_person_or_a_row() -> None:
    stored_video(extraction="processing")
    labels = {name for gauge in gauges() for name in gauge.labels}
    assert labels == {"context", "part", "state"}


def test_however_much_waits_the_queries_are_as_many(bus: Bus) -> None:
    def asked() -> int:
        with _counted("upload") as upload, _counted("processing") as processing:
            for part in ("upload", "processing"):
                for measure in MEASURES[part].values():
                    list(measure())
        return len(upload) + len(processing)

    before = asked()
    with unit_of_work("upload") as uow:
        for _ in range(20):
            uow.publish(messages.file_uploaded())
    for _ in range(20):
        _job(state="queued")
    assert asked() == before == 9


def _counted(alias: str) -> CaptureQueriesContext:
    return CaptureQueriesContext(connections[alias])


def test_no_count_goes_beyond_its_bound(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        _job(state="queued")
    monkeypatch.setattr(measuring, "MOST", 3)
    assert value(scraped(client), "frameflow_jobs", state="queued") == 3
