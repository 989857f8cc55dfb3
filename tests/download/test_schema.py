"""What the OpenAPI schema says of download, and that the answers keep to it."""

import re
from pathlib import Path

import jsonschema
import pytest
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.download import services
from apps.download.api.serializers import ManifestSerializer
from tests import messages
from tests.databases import every_database
from tests.download.conftest import Publish, progressed
from tests.schemas import check_answer, free_form, operations, schema_of

pytestmark = every_database

VIDEO = "/api/v1/videos/{video_id}/"
FRAMES = f"GET {VIDEO}frames/"
FRAME = f"{FRAMES}{{index}}/"
IMAGES = ["image/jpeg", "image/png", "image/webp"]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "the-zip.md"


def test_every_operation_has_a_summary_and_no_object_is_free_form() -> None:
    schema = schema_of("download")
    assert len(operations(schema)) == 9
    assert all(each.get("summary") for each in operations(schema).values())
    assert free_form(schema) == []


@pytest.mark.parametrize(
    ("operation", "media_types"),
    [
        (f"GET {VIDEO}zip/", ["application/zip"]),
        (f"GET {VIDEO}manifest/", ["application/json", "text/csv"]),
        (f"{FRAME}image/", IMAGES),
        (f"{FRAME}thumb/", ["image/webp"]),
    ],
)
def test_objects_are_told_with_their_types_whole_and_in_part(
    operation: str, media_types: list[str]
) -> None:
    responses = operations(schema_of("download"))[operation]["responses"]
    assert sorted(responses["200"]["content"]) == media_types
    assert sorted(responses["206"]["content"]) == media_types
    assert {"304", "404", "409", "410", "412", "416"} <= set(responses)


def test_the_parameters_are_told_with_their_bounds() -> None:
    parameters = {
        each["name"]: each["schema"]
        for each in operations(schema_of("download"))[FRAMES]["parameters"]
    }
    assert set(parameters) == {"video_id", "t__gte", "t__lt", "cursor", "page_size"}
    assert parameters["page_size"]["minimum"] == 1
    assert re.search(parameters["cursor"]["pattern"], "before-51")


def test_the_frames_of_a_finished_video_are_what_the_schema_says(
    publish: Publish, as_owner: APIClient
) -> None:
    url = publish()["url"]
    schema = schema_of("download")
    check_answer(schema, FRAMES, as_owner.get(f"{url}frames/?page_size=2").json())
    check_answer(schema, FRAME, as_owner.get(f"{url}frames/1/").json())


def test_the_frames_stored_so_far_are_what_the_schema_says(
    owner: User, as_owner: APIClient
) -> None:
    ids = messages.ids(owner_id=owner.pk)
    services.advance_archive(heard=messages.file_uploaded(**ids))
    services.note_progress(progressed=progressed(**ids, frames_done=2))
    page = as_owner.get(f"/api/v1/videos/{ids['video_id']}/frames/").json()
    assert page["results"][0]["sha256"] is None
    check_answer(schema_of("download"), FRAMES, page)


def test_a_frame_without_its_links_is_found_out() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_answer(schema_of("download"), FRAME, {"index": 1})


def test_the_schema_of_the_manifest_has_the_fields_of_its_page() -> None:
    block = PAGE.read_text().split("## manifest.json")[1].split("```")[1]
    parts = re.findall(r"^(\w+)(?: +((?:.|\n +)*))?$", block, re.MULTILINE)
    told = {name: set(re.findall(r"\w+", fields)) for name, fields in parts}
    assert told == {
        name: set(getattr(getattr(part, "child", part), "fields", ()))
        for name, part in ManifestSerializer().fields.items()
    }
