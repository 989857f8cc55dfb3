"""An upload that is begun twice with an Idempotency-Key is one upload."""

from typing import Any
from unittest.mock import patch

import pytest
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.storage import ObjectStore, StorageError
from tests.databases import every_database
from tests.upload.tus import VIDEO, Sender, path_of

pytestmark = every_database

HALF = len(VIDEO) // 2
KEY = {"Idempotency_Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def test_the_second_answer_has_the_address_and_where_it_stands_now(
    sender: Sender, objects: ObjectStore
) -> None:
    first = sender.create(body=VIDEO[:HALF], **KEY)
    path = path_of(first)
    assert sender.send(path, HALF, VIDEO[HALF : HALF + 9]).status_code == 204
    again = sender.create(body=VIDEO[:HALF], **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Location"] == first["Location"]
    assert again["X-Video-Url"] == first["X-Video-Url"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert again["Upload-Offset"] == str(HALF + 9)
    assert Video.objects.count() == 1
    assert sender.send(path, HALF + 9, VIDEO[HALF + 9 :]).status_code == 204
    assert Video.objects.get().state == "stored"


@pytest.mark.parametrize("other", [{"size": 9}, {"name": "b.mp4"}, {"said_interval": "3"}])
def test_a_key_belongs_to_one_upload(sender: Sender, other: Any) -> None:
    sender.create(**KEY)
    answer = sender.create(**{**KEY, **other})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Video.objects.count() == 1


def test_what_was_refused_frees_its_key(sender: Sender) -> None:
    assert sender.create(said_interval="nonsense", **KEY).status_code == 422
    assert sender.create(**KEY).status_code == 201


def test_an_upload_that_was_ended_is_not_answered_again(sender: Sender) -> None:
    path = path_of(sender.create(**KEY))
    sender.ask("DELETE", path)
    again = sender.create(**KEY)
    assert (again.status_code, path_of(again) != path) == (201, True)


def test_a_first_piece_that_failed_is_sent_again_under_its_key(
    sender: Sender, objects: ObjectStore
) -> None:
    with patch.object(type(objects), "grow", side_effect=StorageError("away")):
        assert sender.create(body=VIDEO, **KEY).status_code == 503
    again = sender.create(body=VIDEO, **KEY)
    assert (again.status_code, again["Upload-Offset"]) == (201, str(len(VIDEO)))
    assert [each.state for each in Video.objects.exclude(state="deleted")] == ["stored"]


def test_another_person_may_have_the_same_key(
    sender: Sender, as_stranger: APIClient, stranger: User
) -> None:
    first, other = sender.create(**KEY), Sender(as_stranger).create(**KEY)
    assert first["Location"] != other["Location"]
    assert {each.owner_id for each in Video.objects.all()} >= {stranger.pk}


def test_the_news_of_a_video_carry_how_much_of_it_is_here(
    sender: Sender, as_owner: APIClient
) -> None:
    path = sender.begin()
    events = f"{path.replace('uploads', 'videos')}events/"
    before = as_owner.get(events).content.decode()
    sender.send(path, 0, VIDEO[:HALF])
    after = as_owner.get(events).content.decode()
    assert '"percent":0' in before
    assert f'"percent":{100 * HALF // len(VIDEO)}' in after
    assert before.split("id: ")[1][:32] != after.split("id: ")[1][:32]  # so a stream tells of it
