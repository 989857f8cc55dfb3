"""The examples of the description are exchanges that took place: here, and each time anew."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from django.test import Client
from rest_framework.test import APIClient

from frameflow.api.examples import FILE
from frameflow.api.schema import document, operations
from frameflow.storage import ObjectStore
from tests.api.recording import Recording
from tests.api.story import tell
from tests.bus import Bus
from tests.databases import every_database

pytestmark = every_database

DESCRIBED = [(f"{method.upper()} {path}", each) for path, method, each in operations(document())]
EMPTY, BINARY = "its answer is empty", "its answer is a file"
VIDEO = "/api/v1/videos/{video_id}/"
WITHOUT_ANSWER = {
    "DELETE /api/v1/auth/me/": EMPTY,
    "DELETE /api/v1/auth/tokens/{token_id}/": EMPTY,
    "DELETE /api/v1/videos/{id}/": EMPTY,
    "DELETE /api/v1/uploads/{id}/": EMPTY,
    "PATCH /api/v1/uploads/{id}/": EMPTY,
    "POST /api/v1/uploads/": EMPTY,
    "POST /api/v1/auth/logout/": EMPTY,
    "POST /api/v1/auth/password/change/": EMPTY,
    "POST /api/v1/auth/password/reset/": EMPTY,
    "POST /api/v1/auth/password/reset/confirm/": EMPTY,
    "POST /api/v1/auth/token/verify/": "its answer is an object without members",
    f"DELETE {VIDEO}shares/{{share_id}}/": EMPTY,
    f"GET {VIDEO}zip/": BINARY,
    f"GET {VIDEO}frames/{{index}}/image/": BINARY,
    f"GET {VIDEO}frames/{{index}}/thumb/": BINARY,
}


def test_the_examples_are_what_the_api_answers_today(bus: Bus, objects: ObjectStore) -> None:
    """`make examples` writes them again."""
    story = Recording(APIClient(), datetime.now(UTC))
    tell(story, bus)
    told = json.dumps(story.steady(), indent=1, ensure_ascii=False) + "\n"
    if "WRITE_EXAMPLES" in os.environ:
        FILE.write_text(told)
    assert told == FILE.read_text()


def test_the_story_tells_of_every_operation_and_of_no_other() -> None:
    assert set(json.loads(FILE.read_text())) == {name for name, _operation in DESCRIBED}


def test_every_operation_has_an_example_of_its_answer() -> None:
    without = {name for name, each in DESCRIBED if not list(_of(_answers(each)))}
    assert without == set(WITHOUT_ANSWER)


def test_every_operation_that_takes_a_body_has_an_example_of_it() -> None:
    takes = {name: each["requestBody"] for name, each in DESCRIBED if "requestBody" in each}
    assert takes
    assert not [name for name, body in takes.items() if not list(_of([body]))]


@pytest.mark.parametrize(("name", "operation"), DESCRIBED, ids=[name for name, _ in DESCRIBED])
def test_an_example_is_what_its_schema_says(name: str, operation: dict[str, Any]) -> None:
    bodies = [operation.get("requestBody", {}), *_answers(operation)]
    for schema, value in [*_of(bodies), *_of_parameters(operation)]:
        _validator(schema).validate(value)


def test_an_example_of_another_form_would_be_found() -> None:
    frame = {"$ref": "#/components/schemas/Frame"}
    with pytest.raises(jsonschema.ValidationError):
        _validator(frame).validate({"index": 1})


def test_people_see_the_examples_on_the_page() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    for seen in ("(the bytes of holiday.mp4)", "Summer.mp4", "retry: 2000\n\nevent: video\n"):
        assert seen in page


def _validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    whole = {**schema, "components": document()["components"]}
    return jsonschema.Draft202012Validator(whole)


def _answers(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for status, each in operation["responses"].items() if status.startswith("2")]


def _of(parts: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield each example of bodies or answers, with its schema."""
    for content in (each for part in parts for each in part.get("content", {}).values()):
        for example in content.get("examples", {}).values():
            yield content["schema"], example["value"]


def _of_parameters(operation: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    for each in operation.get("parameters", ()):
        if "example" in each:
            yield each["schema"], each["example"]
