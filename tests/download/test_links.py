"""A ZIP in a bucket that people can reach is fetched from there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from frameflow.storage import ObjectStore, store
from tests.databases import every_database
from tests.download.conftest import ZIP, Publish, shared
from tests.s3_server import S3Server, s3_server

pytestmark = every_database


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def objects(server: S3Server, settings: Settings) -> ObjectStore:
    """The store is a bucket, whose links open."""
    options = server.options(prefix=f"{uuid4().hex}/", public_endpoint_url=server.url)
    settings.OBJECT_STORE = {"BACKEND": "frameflow.storage.s3.S3Store", "OPTIONS": options}
    assert store().links_open()
    return store()


def test_the_api_leads_to_the_bucket(publish: Publish, as_owner: APIClient) -> None:
    answer = as_owner.get(publish()["url"] + "zip/")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    fetched = httpx.get(answer["Location"])
    assert (fetched.status_code, fetched.content) == (200, ZIP)
    assert fetched.headers["content-type"] == "application/zip"
    assert fetched.headers["content-disposition"].startswith('attachment; filename="frames-')


def test_the_page_leads_there_under_the_name_that_the_person_knows(
    publish: Publish, owner: User
) -> None:
    browser = Client()
    browser.force_login(owner)
    video_id = publish()["video_id"]
    answer = browser.get(f"/videos/{video_id}/zip/", {"name": "fête.mp4"})
    fetched = httpx.get(answer["Location"])
    assert fetched.content == ZIP
    assert "f%C3%AAte-frames.zip" in fetched.headers["content-disposition"]


def test_what_needs_no_bytes_is_answered_here(publish: Publish, as_owner: APIClient) -> None:
    url = publish()["url"] + "zip/"
    head = as_owner.head(url)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(ZIP)))
    assert as_owner.get(url, headers={"If-None-Match": head["ETag"]}).status_code == 304
    assert as_owner.get(url, headers={"Range": f"bytes={len(ZIP)}-"}).status_code == 416


def test_a_stranger_is_led_nowhere(publish: Publish, as_stranger: APIClient) -> None:
    assert as_stranger.get(publish()["url"] + "zip/").status_code == 404


def test_a_part_is_fetched_from_the_bucket_too(publish: Publish, as_owner: APIClient) -> None:
    wanted = {"Range": "bytes=2-5"}
    answer = as_owner.get(publish()["url"] + "zip/", headers=wanted)
    fetched = httpx.get(answer["Location"], headers=wanted)
    assert (fetched.status_code, fetched.content) == (206, ZIP[2:6])


def test_where_links_do_not_open_the_bytes_come_through_us(
    publish: Publish, as_owner: APIClient, server: S3Server, settings: Settings
) -> None:
    made = publish()
    options = settings.OBJECT_STORE["OPTIONS"] | {"public_endpoint_url": "http://127.0.0.1:9"}
    settings.OBJECT_STORE = {"BACKEND": "frameflow.storage.s3.S3Store", "OPTIONS": options}
    assert store().links_open() is False
    answer: Any = as_owner.get(made["url"] + "zip/")
    assert (answer.status_code, answer.getvalue()) == (200, ZIP)


def test_frames_and_manifests_come_through_us(publish: Publish, as_owner: APIClient) -> None:
    url = publish()["url"]
    for address in ("manifest/", "frames/1/image/", "frames/1/thumb/"):
        assert as_owner.get(url + address).status_code == 200
    assert urlsplit(as_owner.get(url + "zip/")["Location"]).path.endswith("/frames.zip")


def test_a_shared_zip_comes_through_us(publish: Publish) -> None:
    """A link of the bucket names the owner's id, and opens after the other was stopped."""
    answer = Client().get(f"{shared(publish())}zip/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == ZIP  # type: ignore[attr-defined]
