"""The description of the whole API."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from frameflow.api.schema import document, operations
from tests.databases import every_database

pytestmark = every_database

DESCRIBED = list(operations(document()))
NAMES = [f"{method.upper()} {path}" for path, method, _operation in DESCRIBED]
SAYS_WHAT_IT_IS = {"type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf"}


def test_the_description_is_valid_and_leaves_no_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


@pytest.mark.parametrize(
    "kind", ["application/vnd.oai.openapi+json", "application/vnd.oai.openapi"]
)
def test_everybody_can_have_the_description(kind: str) -> None:
    answer = APIClient().get("/api/v1/schema/", headers={"accept": kind})
    assert answer.status_code == 200
    assert b"3.1.0" in answer.content


def test_everybody_can_read_about_every_operation() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert not [
        op["operationId"] for *_, op in DESCRIBED if f'id="{op["operationId"]}"' not in page
    ]


def test_each_operation_has_a_name_of_its_own_and_a_group_that_is_described() -> None:
    names = [operation["operationId"] for *_, operation in DESCRIBED]
    groups = {each["name"] for each in document()["tags"]}
    assert len(set(names)) == len(names)
    assert {tag for *_, operation in DESCRIBED for tag in operation["tags"]} <= groups


@pytest.mark.parametrize(("path", "method", "operation"), DESCRIBED, ids=NAMES)
def test_an_operation_says_what_it_does_and_how_it_refuses(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    answers = operation["responses"]
    assert operation.get("summary"), "no summary"
    assert {"429", "default"} <= set(answers)
    assert ("401" in answers) == all(operation["security"]) or path.startswith("/api/v1/auth/")
    assert ("404" in answers) >= ("{" in path)
    assert ("415" in answers) == ("requestBody" in operation)


def test_nothing_in_the_description_is_without_form() -> None:
    found = [where for where, part in _schemas(document(), "#") if not _has_form(part)]
    assert not found


def test_an_object_without_form_would_be_found() -> None:
    planted = {"schema": {"type": "object", "properties": {"any": {"type": "object"}, "what": {}}}}
    assert [each for each, part in _schemas(planted, "#") if not _has_form(part)] == [
        "#/schema/any",
        "#/schema/what",
    ]


def _schemas(part: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each schema of a document: what stands under `schema`, `schemas` and within those."""
    if isinstance(part, list):
        for index, each in enumerate(part):
            yield from _schemas(each, f"{where}/{index}")
    if not isinstance(part, dict):
        return
    for name, each in part.items():
        if name in ("example", "examples", "default"):
            continue
        if name == "schema" and isinstance(each, dict):
            yield from _within(each, f"{where}/{name}")
        elif name == "schemas" and isinstance(each, dict):
            for own, inner in each.items():
                yield from _within(inner, f"{where}/{own}")
        else:
            yield from _schemas(each, f"{where}/{name}")


def _within(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield where, schema
    for name, each in schema.get("properties", {}).items():
        yield from _within(each, f"{where}/{name}")
    for name in ("items", "additionalProperties"):
        yield from _within(schema.get(name), f"{where}/{name}")
    for name in ("allOf", "anyOf", "oneOf"):
        for index, each in enumerate(schema.get(name, ())):
            yield from _within(each, f"{where}/{name}/{index}")


def _has_form(schema: dict[str, Any]) -> bool:
    if not SAYS_WHAT_IT_IS & set(schema):
        return False
    kind = schema.get("type", ())
    if kind != "object" and "object" not in kind:
        return True
    more = schema.get("additionalProperties")
    return (
        bool(schema.get("properties")) or (isinstance(more, dict) and bool(more)) or more is False
    )
