"""What a body says beside its fields is ignored or refused: nobody becomes owner, staff or ready by
saying so."""

from collections import Counter
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from rest_framework.test import APIClient

from apps.auth.models import ApiToken, User
from apps.download.models import Archive
from apps.upload.models import Extraction, Video
from frameflow.api.schema import document, operations
from frameflow.storage import ObjectStore
from tests.api.good_requests import Cast, film_with
from tests.databases import every_database

pytestmark = every_database

WRITES = [
    (path, method, operation["operationId"])
    for path, method, operation in operations(document())
    if method in ("post", "put", "patch", "delete")
]
SAID = {
    "id": "5a9f0d4c-8a53-4c44-9d2f-0a1b2c3d4e5f",
    "pk": "5a9f0d4c-8a53-4c44-9d2f-0a1b2c3d4e5f",
    "state": "ready",
    "status": "ready",
    "is_staff": True,
    "is_superuser": True,
    "is_active": True,
    "groups": [1],
    "user_permissions": [1],
    "used_bytes": -1,
    "quota": 10**15,
    "size_bytes": 1,
    "source_key": "somebody/else/source",
    "zip_key": "somebody/else/frames.zip",
    "can_write": True,
    "digest": "0" * 64,
    "created_at": "2001-01-01T00:00:00Z",
    "expires_at": "2999-01-01T00:00:00Z",
    "extraction_no": 99,
    "fence": 99,
}


@pytest.fixture
def cast(objects: ObjectStore) -> Cast:
    return Cast(Counter())


def said_about(person: User) -> dict[str, Any]:
    """Everything that somebody might wish to be true of another person's things."""
    owners = dict.fromkeys(("owner", "owner_id", "user", "user_id", "account"), str(person.pk))
    return {**SAID, **owners}


def owned() -> dict[str, list[Any]]:
    """Who has what, and may do what."""
    return {
        "people": sorted(User.objects.values_list("pk", "is_staff", "is_superuser")),
        "videos": sorted(Video.objects.values_list("pk", "owner_id", "source_key")),
        "extractions": sorted(Extraction.objects.values_list("pk", "video_id", "extraction_no")),
        "archives": sorted(Archive.objects.values_list("pk", "owner_id", "zip_key", "state")),
        "tokens": sorted(ApiToken.objects.values_list("pk", "user_id", "can_write", "digest")),
    }


def new_rows(name: str, before: dict[str, list[Any]]) -> list[Any]:
    return [row for row in owned()[name] if row not in before[name]]


@pytest.mark.parametrize(("path", "method", "name"), WRITES, ids=[each[2] for each in WRITES])
def test_a_body_that_says_too_much_changes_nothing_of_it(
    cast: Cast, path: str, method: str, name: str
) -> None:
    extra, before = said_about(cast.stranger), owned()
    client = APIClient(headers=cast.headers("olivia"))
    address = path.format(**cast.path_parameters(name))
    body = cast.body(name)
    if isinstance(body, bytes):
        body = film_with({"interval": 2, **{n: str(v) for n, v in extra.items()}})
        answer = client.generic(method, address, body, content_type=MULTIPART_CONTENT)
    else:
        answer = getattr(client, method)(address, {**extra, **(body or {})}, format="json")
    assert answer.status_code < 500
    for row in new_rows("people", before):
        assert row[1:] == (False, False)
    for row in new_rows("videos", before):
        assert row[1] == cast.owner.pk
        assert row[2].startswith(f"{cast.owner.pk}/{row[0]}/")
    for row in new_rows("tokens", before):
        assert (row[1], row[2]) == (cast.owner.pk, False)
        assert row[3] != SAID["digest"]
    assert not [row for row in new_rows("extractions", before) if row[2] == 99]
    assert not [row for row in new_rows("archives", before) if row[2] == SAID["zip_key"]]
    assert not User.objects.filter(pk=SAID["id"]).exists()
    assert not Video.objects.filter(pk=SAID["id"]).exists()
    assert not ApiToken.objects.filter(pk=SAID["id"]).exists()


def test_the_multipart_forms_of_a_wish_ignore_them_too(cast: Cast) -> None:
    video = cast.videos["ready"]
    fields = {n: str(v) for n, v in said_about(cast.stranger).items()}
    body = encode_multipart(BOUNDARY, {**fields, "name": "beach.mp4"})
    answer = APIClient(headers=cast.headers("olivia")).generic(
        "PATCH", f"/api/v1/videos/{video}/", body, content_type=MULTIPART_CONTENT
    )
    assert answer.status_code == 200
    assert Video.objects.get(pk=video).owner_id == cast.owner.pk
    assert answer.json()["id"] == str(video)
