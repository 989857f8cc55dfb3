"""Stored sagas: locked, saved, published, with their history."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.orchestration import selectors, services
from apps.orchestration.models import Saga
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import ExtractionMessage
from tests import messages
from tests.databases import every_database

pytestmark = every_database


def hear(message: ExtractionMessage) -> None:
    services.advance_saga(heard=message, at=selectors.get_now())


def verdicts() -> list[tuple[str, str]]:
    ended = OutboxMessage.objects.using("orchestration").filter(type="EXTRACTION_ENDED")
    return [(each.payload["outcome"], each.payload["cause"]) for each in ended]


def test_the_same_message_again_changes_nothing_and_says_nothing() -> None:
    wish = messages.file_uploaded()
    for _ in range(3):
        hear(wish)
    assert OutboxMessage.objects.using("orchestration").count() == 1
    assert Saga.objects.get().history.count() == 1


def test_a_newer_ready_extraction_replaces_the_older_ones_of_its_video_alone() -> None:
    video, other = uuid4(), uuid4()
    older = messages.ids(video_id=video)
    newer = messages.ids(video_id=video, extraction_no=2)
    elsewhere = messages.ids(video_id=other)
    for ids in (older, elsewhere, newer):
        hear(messages.file_uploaded(**ids))
        hear(messages.file_processed(**ids))
    states = dict(Saga.objects.values_list("extraction_id", "state"))
    assert states[older["extraction_id"]] == "expired"
    assert states[newer["extraction_id"]] == states[elsewhere["extraction_id"]] == "ready"
    assert ("expired", "replaced") in verdicts()


def test_an_older_extraction_that_becomes_ready_late_replaces_nothing() -> None:
    video = uuid4()
    ids = [messages.ids(video_id=video, extraction_no=number) for number in (1, 2)]
    for each in ids:
        hear(messages.file_uploaded(**each))
    for each in reversed(ids):
        hear(messages.file_processed(**each))
    assert Saga.objects.get(extraction_no=2).state == "ready"


def test_a_delete_buries_also_what_was_never_heard_of() -> None:
    known = messages.ids()
    hear(messages.file_uploaded(**known))
    unknown = uuid4()
    deleted = messages.video_deleted(
        extraction_ids=[known["extraction_id"], unknown], video_id=known["video_id"]
    )
    services.bury_video(heard=deleted, at=selectors.get_now())
    assert set(Saga.objects.values_list("state", flat=True)) == {"deleted"}
    hear(messages.file_uploaded(extraction_id=unknown, video_id=known["video_id"]))
    assert Saga.objects.get(pk=unknown).state == "deleted"
    assert len(verdicts()) == 2


def test_a_run_past_its_deadline_fails_by_the_sagas_own_timer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hear(messages.file_uploaded())
    assert services.ring_timers() == 0
    assert "saga.deadline_passed" not in caplog.text
    Saga.objects.update(timer_at=Now() - timedelta(seconds=1))
    assert services.ring_timers() == 1
    assert verdicts() == [("failed", "deadline")]
    assert "saga.deadline_passed" in caplog.text
    assert services.ring_timers() == 0


def test_files_expire_only_where_the_operator_asked_for_it(settings: Settings) -> None:
    for days, timed in ((None, False), (30, True)):
        settings.RETENTION_DAYS = days
        ids = messages.ids()
        hear(messages.file_uploaded(**ids))
        hear(messages.file_processed(**ids))
        saga = Saga.objects.get(pk=ids["extraction_id"])
        assert (saga.timer_at is not None) is timed


def test_the_timeline_shows_what_happened_to_its_owner_alone(
    as_owner: APIClient, as_stranger: APIClient, owner: User
) -> None:
    ids = messages.ids(owner_id=owner.pk)
    hear(messages.file_uploaded(**ids))
    hear(messages.file_failed(**ids))
    url = f"/api/v1/videos/{ids['video_id']}/timeline/"
    (extraction,) = as_owner.get(url).json()["extractions"]
    assert [step["to_state"] for step in extraction["history"]] == ["processing", "failed"]
    assert extraction["history"][-1]["cause"] == "unreadable"
    assert as_stranger.get(url).status_code == 404
