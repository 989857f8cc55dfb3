"""The description in OpenAPI and what is really said."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.api import urls
from frameflow.api.schema import document, operations
from tests.databases import every_database
from tests.factories import extraction_of, stored_video

pytestmark = every_database

RESULT = {
    "frames": 3,
    "zip_bytes": 44346,
    "zip_sha256": "a" * 64,
    "duration_ms": 25_000,
    "frames_bytes": 1,
}
ADDRESSES = {
    "/api/v1/" + str(each.pattern).replace("<uuid:pk>", "{id}") for each in urls.urlpatterns
}
OURS = [each for each in operations(document()) if each[0] in ADDRESSES]
IDS = [f"{method} {path}" for path, method, _ in OURS]


def validate(instance: Any, path: str, method: str = "get", status: str = "200") -> None:
    """Fail unless an answer is as it is described."""
    content = document()["paths"][path][method]["responses"][status]["content"]
    schema = {**content["application/json"]["schema"], "components": document()["components"]}
    jsonschema.Draft202012Validator(schema).validate(instance)


def nested(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and all that it is made of."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from nested(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from nested(inner)


def test_every_address_of_upload_is_described() -> None:
    assert {path for path, _, _ in OURS} == ADDRESSES
    assert len(OURS) == 15


@pytest.mark.parametrize(("path", "method", "operation"), OURS, ids=IDS)
def test_an_operation_has_words_and_nothing_in_it_is_free(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"]
    for schema in nested(operation):
        if schema.get("type") == "object":
            assert schema.get("properties") or schema.get("additionalProperties")


@pytest.mark.parametrize("name", ["Video", "VideoPage", "Options", "OptionsRequest", "Limits"])
def test_no_object_of_a_document_is_free(name: str) -> None:
    components = document()["components"]["schemas"]
    for schema in nested(components[name]):
        if schema.get("type") == "object":
            assert schema["properties"]
        assert schema != {}


def test_videos_in_every_state_are_as_they_are_described(as_owner: APIClient, owner: User) -> None:
    warning = {"code": "truncated", "detail": "", "from_ms": 1, "to_ms": None}
    failure = {"code": "unreadable", "detail": "moov", "retryable": False}
    video = stored_video(owner_id=owner.pk, extraction=None)
    extraction_of(video, "ready", result=RESULT, warnings=[warning])
    extraction_of(video, "failed", error=failure)
    stored_video(owner_id=owner.pk, state="uploading", extraction=None)
    stored_video(owner_id=owner.pk, extraction="processing")
    stored_video(owner_id=owner.pk, state="refused", extraction=None, refusal=failure)
    page = as_owner.get("/api/v1/videos/?page_size=3").json()
    assert page["count"] == 4
    validate(page, "/api/v1/videos/")
    for each in as_owner.get("/api/v1/videos/").json()["results"]:
        validate(as_owner.get(each["links"]["self"]).json(), "/api/v1/videos/{id}/")


def test_the_answers_to_wishes_are_as_they_are_described(as_owner: APIClient, owner: User) -> None:
    for wish, state in (("retry", "failed"), ("extractions", "ready"), ("cancel", "processing")):
        video = stored_video(owner_id=owner.pk, extraction=state)
        answer = as_owner.post(f"/api/v1/videos/{video.pk}/{wish}/", {})
        assert answer.status_code == 202
        validate(answer.json(), f"/api/v1/videos/{{id}}/{wish}/", "post", "202")


def test_the_limits_are_as_they_are_described() -> None:
    validate(APIClient().get("/api/v1/limits/").json(), "/api/v1/limits/")


def test_a_rename_without_a_name_changes_nothing(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    answer = as_owner.patch(f"/api/v1/videos/{video.pk}/", {})
    assert (answer.status_code, answer.json()["name"]) == (200, "holiday.mp4")
