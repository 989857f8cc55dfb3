"""What the OpenAPI schema says of the timeline, and that the answer keeps to it."""

from datetime import UTC, datetime

from rest_framework.test import APIClient

from apps.auth.models import User
from apps.orchestration import selectors, services
from frameflow.contracts.processing import StepTaken
from tests import messages
from tests.databases import every_database
from tests.schemas import check_answer, free_form, operations, schema_of

pytestmark = every_database

TIMELINE = "GET /api/v1/videos/{video_id}/timeline/"


def test_the_timeline_is_told_without_a_free_form_object() -> None:
    schema = schema_of("orchestration")
    assert list(operations(schema)) == [TIMELINE]
    assert operations(schema)[TIMELINE]["summary"]
    assert free_form(schema) == []


def test_a_timeline_with_steps_is_what_the_schema_says(owner: User, as_owner: APIClient) -> None:
    ids = messages.ids(owner_id=owner.pk)
    at = datetime.now(UTC)
    steps = (
        StepTaken(
            step="checking", started_at=at, ended_at=at, tries=2, reason="the store was away"
        ),
        StepTaken(step="extracting", started_at=at, ended_at=None, tries=1),
    )
    for heard in (messages.file_uploaded(**ids), messages.file_processed(**ids, steps=steps)):
        services.advance_saga(heard=heard, at=selectors.get_now())
    timeline = as_owner.get(f"/api/v1/videos/{ids['video_id']}/timeline/").json()
    [extraction] = timeline["extractions"]
    assert [each["step"] for each in extraction["steps"]] == ["checking", "extracting"]
    assert [each["to_state"] for each in extraction["history"]] == ["processing", "ready"]
    check_answer(schema_of("orchestration"), TIMELINE, timeline)
