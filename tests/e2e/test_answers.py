"""What a real run leaves is what the schema promises."""

from pathlib import Path

from tests.e2e.client import Person
from tests.schemas import check_answer, schema_of

VIDEO = "GET /api/v1/videos/{video_id}/"


def test_manifest_frames_and_timeline_of_a_real_run_keep_to_the_schema(
    person: Person, clip: Path
) -> None:
    links = person.ended(person.accepted(clip, mode="count", count="2")["id"])["links"]
    for context, name in (
        ("download", "manifest"),
        ("download", "frames"),
        ("orchestration", "timeline"),
    ):
        document = person.http.get(links[name]).raise_for_status().json()
        check_answer(schema_of(context), f"{VIDEO}{name}/", document)
