"""What the owner can download, and nobody else."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.download import services
from apps.download.models import Archive
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import objects_prefix
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.download.conftest import FRAMES, ZIP, Publish, progressed

pytestmark = every_database

ADDRESSES = [
    "zip/", "manifest/", "manifest/?format=csv", "frames/", "frames/1/", "frames/1/image/",
    "frames/1/thumb/",
]  # fmt: skip


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def ids_of(made: dict[str, Any]) -> dict[str, Any]:
    return {name: made[name] for name in messages.ids()}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_owner_gets_it_a_stranger_and_a_visitor_do_not(
    publish: Publish, as_owner: APIClient, as_stranger: APIClient, address: str
) -> None:
    url = publish()["url"] + address
    assert as_owner.get(url).status_code == 200
    refused = as_stranger.get(url)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert APIClient().get(url).status_code == 401


@pytest.mark.parametrize("address", ADDRESSES)
def test_support_staff_cannot_see_the_frames(
    publish: Publish, support_agent: User, address: str
) -> None:
    client = APIClient()
    client.force_authenticate(support_agent)
    assert client.get(publish()["url"] + address).status_code == 404


def test_the_zip_comes_whole_in_parts_and_as_a_head(publish: Publish, as_owner: APIClient) -> None:
    url = publish()["url"] + "zip/"
    whole = as_owner.get(url)
    assert body(whole) == ZIP
    assert whole["ETag"] == f'"{messages.ZIP_SHA256}"'
    assert whole["Content-Disposition"].startswith('attachment; filename="frames-')
    part = as_owner.get(url, HTTP_RANGE="bytes=2-5")
    assert (part.status_code, body(part)) == (206, ZIP[2:6])
    head = as_owner.head(url)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(ZIP)))
    assert as_owner.get(url, HTTP_IF_NONE_MATCH=whole["ETag"]).status_code == 304
    assert as_owner.get(url, HTTP_RANGE="bytes=999999-").status_code == 416


def test_the_ready_archive_with_the_highest_number_is_served(
    publish: Publish, as_owner: APIClient
) -> None:
    first = publish()
    second = publish(video_id=first["video_id"], extraction_no=2)
    name = as_owner.get(first["url"] + "zip/")["Content-Disposition"]
    assert str(second["extraction_id"])[:8] in name
    again = messages.ids(**{**ids_of(first), "extraction_id": uuid4(), "extraction_no": 3})
    services.advance_archive(heard=messages.extraction_requested(**again))
    assert as_owner.get(first["url"] + "zip/")["Content-Disposition"] == name


def test_before_it_is_ready_the_answer_is_the_status(owner: User, as_owner: APIClient) -> None:
    ids = messages.ids(owner_id=owner.pk)
    url = f"/api/v1/videos/{ids['video_id']}/"
    services.advance_archive(heard=messages.file_uploaded(**ids))
    for address in ("zip/", "manifest/"):
        answer = as_owner.get(url + address)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
        assert answer.json()["errors"] == [{"path": "status", "message": "processing"}]
    services.advance_archive(heard=messages.extraction_ended("failed", **ids))
    assert as_owner.get(url + "zip/").json()["errors"][0]["message"] == "failed"
    assert as_owner.get(url + "frames/").status_code == 409


def test_expired_files_are_gone_and_deleted_ones_never_were(
    publish: Publish, as_owner: APIClient
) -> None:
    made = publish()
    services.advance_archive(heard=messages.extraction_ended("expired", **ids_of(made)))
    assert as_owner.get(made["url"] + "zip/").status_code == 410
    assert as_owner.get(made["url"] + "frames/").status_code == 410
    services.advance_archive(heard=messages.extraction_ended("deleted", **ids_of(made)))
    assert as_owner.get(made["url"] + "zip/").status_code == 404


def test_the_manifest_comes_as_json_or_csv(publish: Publish, as_owner: APIClient) -> None:
    url = publish()["url"] + "manifest/"
    assert b'"frames"' in body(as_owner.get(url))
    csv = as_owner.get(url, {"format": "csv"})
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    assert body(csv).startswith(b"index")
    assert as_owner.get(url, {"format": "xml"}).status_code == 422


def test_frames_are_listed_by_pages_in_both_directions(
    publish: Publish, as_owner: APIClient
) -> None:
    first = as_owner.get(publish()["url"] + "frames/", {"page_size": 2}).json()
    second = as_owner.get(first["next"]).json()
    third = as_owner.get(second["next"]).json()
    pages = [[row["index"] for row in page["results"]] for page in (first, second, third)]
    assert pages == [[1, 2], [3, 4], [5]]
    assert first["previous"] is None
    assert third["next"] is None
    assert as_owner.get(second["previous"]).json()["results"] == first["results"]
    assert first["count"] == FRAMES


def test_frames_are_chosen_by_time(publish: Publish, as_owner: APIClient) -> None:
    url = publish()["url"] + "frames/"
    chosen = as_owner.get(url, {"t__gte": "10", "t__lt": "30.0"}).json()["results"]
    assert [row["pts_s"] for row in chosen] == [10.0, 20.0]
    assert as_owner.get(url, {"t__gte": "1000"}).json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        "t__gte=soon",
        "t__lt=nan",
        "cursor=x",
        "cursor=%FF",
        "cursor=before-x",
        "t__gte=inf",
        "page_size=0",
        "page_size=-1",
    ],
)
def test_a_wrong_parameter_is_named(publish: Publish, as_owner: APIClient, query: str) -> None:
    answer = as_owner.get(f"{publish()['url']}frames/?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == query.partition("=")[0]


def test_a_frame_has_facts_an_image_and_a_thumb(publish: Publish, as_owner: APIClient) -> None:
    made = publish()
    frame = as_owner.get(made["url"] + "frames/3/").json()
    assert (frame["index"], frame["pts_s"], frame["bytes"]) == (3, 20.0, 5)
    image = as_owner.get(frame["links"]["image"], HTTP_ACCEPT="image/avif")
    assert (image["Content-Type"], body(image)) == ("image/jpeg", b"jpg 3")
    assert image["Content-Disposition"].startswith("inline")
    thumb = as_owner.get(frame["links"]["thumb"])
    assert (thumb["Content-Type"], body(thumb)) == ("image/webp", b"webp 3")
    for number in (0, FRAMES + 1, 10**30):
        assert as_owner.get(f"{made['url']}frames/{number}/image/").status_code == 404


def test_while_extracting_the_frames_so_far_can_be_seen(
    owner: User, as_owner: APIClient, objects: ObjectStore
) -> None:
    ids = messages.ids(owner_id=owner.pk)
    url = f"/api/v1/videos/{ids['video_id']}/frames/"
    services.advance_archive(heard=messages.file_uploaded(**ids))
    assert as_owner.get(url).json()["results"] == []
    prefix = f"{objects_prefix(ids)}1/"
    objects.put(f"{prefix}frames/00001.jpg", b"early")
    services.note_progress(progressed=progressed(**ids, frames_done=1, frames_prefix=prefix))
    assert [row["index"] for row in as_owner.get(url).json()["results"]] == [1]
    assert body(as_owner.get(f"{url}1/image/")) == b"early"
    assert as_owner.get(f"{url}2/image/").status_code == 404


def test_a_download_extends_the_expiry_at_most_once_a_day(
    publish: Publish, as_owner: APIClient, settings: Settings
) -> None:
    settings.RETENTION_DAYS = 30
    made = publish(expires_at=timezone.now() + timedelta(days=2))
    url = made["url"] + "zip/"
    as_owner.head(url)
    assert _extensions() == 0
    for _ in range(3):
        assert as_owner.get(url).status_code == 200
    assert _extensions() == 1
    archive = Archive.objects.get()
    assert archive.expires_at is not None
    assert archive.expires_at > timezone.now() + timedelta(days=29)
    Archive.objects.update(extended_at=timezone.now() - timedelta(days=1, seconds=1))
    as_owner.get(url)
    assert _extensions() == 2


def test_where_nothing_expires_a_download_changes_nothing(
    publish: Publish, as_owner: APIClient, settings: Settings
) -> None:
    settings.RETENTION_DAYS = None
    url = publish()["url"] + "zip/"
    assert io.BytesIO(body(as_owner.get(url))).read(2) == b"PK"
    assert _extensions() == 0


def _extensions() -> int:
    return OutboxMessage.objects.using("download").filter(type="EXPIRY_EXTENDED").count()
