"""Bodies made to cost more than they say: each is refused, with a stable code, in a moment."""

import gzip
import json
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.models import Video, VideoState
from frameflow.storage import ObjectStore
from tests.databases import every_database
from tests.factories import MP4_HEAD, stored_video

pytestmark = every_database

LOG_IN, VIDEOS = "/api/v1/auth/token/", "/api/v1/videos/"
MANY = 100_000
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"
GOOD = {"email": "alice@example.com", "password": "correct horse"}


def parts(*each: tuple[str, bytes]) -> bytes:
    head = b'--B\r\nContent-Disposition: form-data; name="%b\r\n\r\n'
    return b"".join(head % name.encode() + body + b"\r\n" for name, body in each) + b"--B--\r\n"


FIELDS = parts(*[('interval"', b"1")] * MANY)
FILES = parts(*[('file"; filename="a.mp4"', MP4_HEAD)] * 1000)
NESTED = b"[" * MANY + b"]" * MANY

BODIES: dict[str, tuple[str, bytes]] = {
    "deep": (JSON, NESTED),
    "deep-objects": (JSON, b'{"a":' * MANY + b"1" + b"}" * MANY),
    "digits": (JSON, b'{"email": ' + b"9" * 2_000_000 + b"}"),
    "infinite": (JSON, b'{"email": 1e999999, "password": NaN}'),
    "long-text": (JSON, json.dumps({**GOOD, "password": "x" * 2_900_000}).encode()),
    "long-list": (JSON, b"[" + b"0," * MANY + b"0]"),
    "same-key": (JSON, b"{" + b'"a":1,' * MANY + b'"a":1}'),
    "surrogates": (JSON, b'{"email": "\\ud800", "password": "\\udfff"}'),
    "gzip": (JSON, gzip.compress(json.dumps(GOOD).encode())),
    "utf-16": (JSON, json.dumps(GOOD).encode("utf-16")),
    "fields": (FORM, b"&".join(b"a%d=1" % n for n in range(MANY))),
    "same-field": (FORM, b"a=1&" * MANY),
    "parts": (MULTIPART, FIELDS[:2_900_000]),
    "files": (MULTIPART, FILES),
    "part-with-a-long-head": (MULTIPART, b"--B\r\nX: " + b"v" * 2_000_000 + b"\r\n\r\n--B--\r\n"),
    "xml": ("application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
}


@pytest.fixture
def api(owner: User, objects: ObjectStore) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(owner)
    return client


def refused(answer: Any, began: float) -> str:
    """Return the code of a refusal that took no CPU to speak of."""
    assert time.thread_time() - began < 2
    assert 400 <= answer.status_code < 500, answer.content[:300]
    return str(answer.json()["code"])


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("door", ["log in", "rename", "upload", "again"])
def test_a_strange_body_is_refused_at_once(
    api: APIClient, owner: User, door: str, name: str
) -> None:
    content_type, body = BODIES[name]
    video = f"{VIDEOS}{stored_video(owner_id=owner.pk).pk}/"
    method, address = {
        "log in": ("POST", LOG_IN),
        "rename": ("PATCH", video),
        "upload": ("POST", VIDEOS),
        "again": ("POST", f"{video}extractions/"),
    }[door]
    more = {"HTTP_CONTENT_ENCODING": "gzip"} if name == "gzip" else {}
    began = time.thread_time()
    answer = api.generic(method, address, body, content_type=content_type, **more)
    if door == "rename" and answer.status_code == 200:  # nothing was said about the name
        assert answer.json()["name"] == Video.objects.get().name
        return
    assert refused(answer, began) in {
        "bad_request",
        "bad_options",
        "invalid",
        "too_large",
        "unsupported_type",
        "file_missing",
        "unreadable_form",
        "length_required",
    }
    assert Video.objects.exclude(state=VideoState.DELETED).count() == 1


@pytest.mark.parametrize(
    ("before", "status"),
    [
        ([('interval"', b"1")] * 2000, 400),
        ([('interval"', b"1" * 4_000_000)], 413),
    ],
    ids=["many", "large"],
)
def test_fields_around_a_video_are_bounded(
    api: APIClient, objects: ObjectStore, before: list[tuple[str, bytes]], status: int
) -> None:
    body = parts(*before, ('file"; filename="a.mp4"', MP4_HEAD))
    answer = api.generic("POST", VIDEOS, body, content_type=MULTIPART)
    assert answer.status_code == status, answer.content
    assert not Video.objects.exists()
