"""Uploads that can be resumed, word by word: https://tus.io/protocols/resumable-upload (1.0.0)."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.storage import ObjectStore
from tests.databases import every_database
from tests.resumable import metadata
from tests.upload.tus import PIECE, UPLOADS, VIDEO, Sender

pytestmark = every_database

HALF = len(VIDEO) // 2


def test_what_is_spoken_here_everybody_may_ask(objects: ObjectStore) -> None:
    for path in (UPLOADS, f"{UPLOADS}{uuid4()}/"):
        answer = APIClient().options(path)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
        assert answer["Tus-Max-Size"] == "100000000"
        assert "checksum" in answer["Tus-Extension"].split(",")
        assert {"sha1", "sha256"} <= set(answer["Tus-Checksum-Algorithm"].split(","))


def test_a_creation_says_where_to_send_and_what_it_becomes(sender: Sender) -> None:
    answer = sender.create()
    video = Video.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://testserver{UPLOADS}{video.pk}/"
    assert answer["X-Video-Url"] == f"http://testserver/api/v1/videos/{video.pk}/"
    assert answer["Upload-Offset"] == "0"
    ends = parsedate_to_datetime(answer["Upload-Expires"]) - timezone.now()
    assert timedelta(hours=23, minutes=59) < ends <= timedelta(hours=24)
    document = sender.client.get(f"/api/v1/videos/{video.pk}/").json()
    assert (document["status"], document["size_bytes"]) == ("uploading", len(VIDEO))


def test_the_video_shows_how_much_of_it_is_here(sender: Sender) -> None:
    path = sender.begin(1000, said_interval="2")
    sender.send(path, 0, VIDEO[:420])
    document = sender.client.get(f"/api/v1/videos/{Video.objects.get().pk}/").json()
    assert document["progress"]["percent"] == 42
    assert document["options"]["interval"] == 2


def test_where_it_stands_is_said_and_never_kept(sender: Sender) -> None:
    path = sender.begin()
    sender.send(path, 0, VIDEO[:HALF])
    answer = sender.ask("HEAD", path)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == (str(HALF), str(len(VIDEO)))
    assert answer["Upload-Metadata"] == metadata(filename="a.mp4")
    assert answer["Cache-Control"] == "no-store"
    assert "Upload-Expires" in answer
    document = sender.client.get(path).json()
    assert (document["offset_bytes"], document["length_bytes"]) == (HALF, len(VIDEO))
    assert document["video"].endswith(f"/videos/{document['id']}/")


def test_the_first_piece_may_come_with_the_creation(sender: Sender) -> None:
    answer = sender.create(body=VIDEO[:HALF])
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(HALF))
    sender.create(body=VIDEO)
    assert sorted(Video.objects.values_list("state", flat=True)) == ["stored", "uploading"]


def test_a_post_may_be_meant_as_another_method(sender: Sender) -> None:
    path = sender.begin()
    meant: dict[str, Any] = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": 0}
    assert sender.ask("POST", path, VIDEO[:HALF], **meant).status_code == 204
    assert sender.offset(path) == HALF
    assert sender.ask("GET", path, X_HTTP_Method_Override="DELETE").status_code == 200
    assert sender.ask("POST", path, X_HTTP_Method_Override="DELETE").status_code == 204


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_other_methods_are_refused(sender: Sender, method: str) -> None:
    assert sender.ask(method, sender.begin()).status_code == 405
    assert sender.ask("PATCH", UPLOADS).status_code == 405


def test_an_empty_piece_changes_nothing(sender: Sender) -> None:
    path = sender.begin()
    answer = sender.send(path, 0, b"", Content_Type=PIECE)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")


def test_an_empty_piece_at_the_end_of_a_whole_upload_changes_nothing(sender: Sender) -> None:
    path = sender.begin()
    sender.send(path, 0, VIDEO)
    answer = sender.send(path, len(VIDEO), b"", Content_Type=PIECE)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(VIDEO)))
    assert sender.send(path, HALF, b"", Content_Type=PIECE).status_code == 409
    assert sender.send(path, len(VIDEO), b"x").status_code == 413
    assert Video.objects.get().state == "stored"


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_told_which_one_is_spoken(
    sender: Sender, method: str, version: str | None
) -> None:
    path = sender.begin() if method != "POST" else UPLOADS
    answer = sender.ask(method, path, Tus_Resumable=version, Upload_Offset=0, Upload_Length=9)
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert Video.objects.count() == (method != "POST")


def test_every_answer_names_the_version(sender: Sender, stranger: User) -> None:
    path = sender.begin()
    nobody = Sender(APIClient())
    answers = [
        sender.create(0), sender.create(10**12), sender.send(path, 5, b"x"),
        sender.ask("PUT", path),
        sender.send(path, 0, b"x", Content_Type="text/plain"), sender.client.get(path),
        nobody.create(), nobody.ask("HEAD", path), sender.ask("HEAD", f"{UPLOADS}{uuid4()}/"),
        sender.ask("GET", UPLOADS), sender.send(path, 0, VIDEO), sender.ask("DELETE", path),
    ]  # fmt: skip
    assert {each["Tus-Resumable"] for each in answers} == {"1.0.0"}
    assert [each.status_code for each in answers] == [
        422, 413, 409, 405, 415, 200, 401, 401, 404, 405, 204, 204,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Length": None}, 400),
        ({"Upload_Length": None, "Upload_Defer_Length": 1}, 400),
        ({"Upload_Length": -1}, 400),
        ({"Upload_Length": "1e6"}, 400),
        ({"Upload_Length": "9" * 30}, 400),
        ({"Upload_Metadata": "filename"}, 415),
        ({"Upload_Metadata": None}, 415),
        ({"Upload_Metadata": "filename *"}, 400),
        ({"Upload_Metadata": "filename YS5tcDQ= x"}, 400),
        ({"Upload_Metadata": "filename YS5tcDQ=,filename YS5tcDQ="}, 400),
        ({"Upload_Metadata": f"filename YS5tcDQ=,{'x' * 9000}"}, 400),
        ({"Upload_Metadata": "filename /w=="}, 400),
        ({"Upload_Metadata": " , filename YS5tcDQ= ,filetype "}, 201),
    ],
    ids=str,
)
def test_a_creation_that_cannot_be_read_is_refused(
    sender: Sender, headers: dict[str, Any], status: int
) -> None:
    assert sender.create(**headers).status_code == status
    assert Video.objects.count() == (status == 201)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": None}, 400),
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "abc"}, 400),
        ({"Upload_Offset": 5}, 409),
        ({"Upload_Offset": 10**9}, 413),
        ({"Content_Type": "application/octet-stream"}, 415),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content_Type": f"{PIECE}; charset=x"}, 204),
        ({"Upload_Checksum": "crc32 AAAA"}, 400),
        ({"Upload_Checksum": "sha1"}, 460),
        ({"Upload_Checksum": "sha1 *"}, 400),
    ],
    ids=str,
)
def test_a_piece_that_cannot_be_taken_is_refused(
    sender: Sender, headers: dict[str, Any], status: int
) -> None:
    path = sender.begin()
    answer = sender.send(path, 0, VIDEO[:1000], **headers)
    assert answer.status_code == status
    assert sender.offset(path) == (1000 if status == 204 else 0)


def test_a_piece_cannot_reach_behind_the_end(sender: Sender) -> None:
    path = sender.begin(1000)
    answer = sender.send(path, 0, VIDEO[:1001])
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert sender.offset(path) == 0
