"""List, detail, rename, cancel, retry, extract again and delete over HTTP."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload import services
from apps.upload.exceptions import AccountClosed
from apps.upload.models import Extraction, Quota, Video
from apps.upload.services.uploads import bury
from apps.upload.transitions.video import Reaction
from frameflow.bus import unit_of_work
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import ExtractionProgressed, Options, Step
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database, every_database_committed
from tests.factories import extraction_of, put_source, stored_video

pytestmark = every_database


def said() -> list[str]:
    return list(OutboxMessage.objects.using("upload").values_list("type", flat=True))


def test_the_list_holds_the_owners_videos_alone(as_owner: APIClient, owner: User) -> None:
    mine = stored_video(owner_id=owner.pk)
    stored_video()
    stored_video(owner_id=owner.pk, state="deleted")
    answer = as_owner.get("/api/v1/videos/").json()
    assert [each["id"] for each in answer["results"]] == [str(mine.pk)]


def test_the_list_costs_the_same_queries_for_one_video_and_for_twenty(
    as_owner: APIClient, owner: User
) -> None:
    counts = []
    for wanted in (1, 20):
        while Video.objects.filter(owner_id=owner.pk).count() < wanted:
            stored_video(owner_id=owner.pk)
        with CaptureQueriesContext(connections["upload"]) as queries:
            as_owner.get("/api/v1/videos/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["", "cancel/", "retry/", "extractions/"])
def test_a_stranger_cannot_see_or_touch_a_video(
    as_stranger: APIClient, owner: User, path: str
) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    url = f"/api/v1/videos/{video.pk}/{path}"
    answers = (
        [as_stranger.post(url)]
        if path
        else [
            as_stranger.get(url),
            as_stranger.patch(url, {"name": "mine"}),
            as_stranger.delete(url),
        ]
    )
    assert {answer.status_code for answer in answers} == {404}
    assert said() == []


def test_a_failed_extraction_is_tried_again_once_for_each_run_that_is_named(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    for _ in range(2):
        answer = as_owner.post(f"/api/v1/videos/{video.pk}/retry/", {"run": 1})
        assert answer.status_code == 202
        assert answer.json()["run"] == 2
    assert said() == ["EXTRACTION_REQUESTED"]
    assert as_owner.post(f"/api/v1/videos/{video.pk}/retry/").status_code == 409


def test_extract_again_waits_until_the_newest_is_at_rest(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    url = f"/api/v1/videos/{video.pk}/extractions/"
    assert as_owner.post(url, {"interval": 5}).status_code == 202
    assert as_owner.post(url, {"interval": 5}).status_code == 409
    document = as_owner.get(f"/api/v1/videos/{video.pk}/").json()
    assert document["status"] == "queued"


def test_the_old_result_stays_beside_a_new_one_at_work(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk, extraction=None)
    old = extraction_of(video, "ready", result=messages.result().model_dump(mode="json"))
    extraction_of(video, "processing")
    document = as_owner.get(f"/api/v1/videos/{video.pk}/").json()
    assert (document["status"], document["result"]["extraction_id"]) == ("queued", str(old.pk))


def test_a_person_sees_packing_until_the_archive_is_published(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk, extraction=None)
    extraction = extraction_of(video, "processing")
    ids = {"extraction_id": extraction.pk, "video_id": video.pk}
    services.record_ending(ended=messages.extraction_ended("ready", **ids))
    url = f"/api/v1/videos/{video.pk}/"
    assert as_owner.get(url).json()["status"] == "packing"
    services.note_published(published=messages.archive_published(**ids))
    assert as_owner.get(url).json()["status"] == "ready"


def test_a_cancel_is_taken_in_once_however_often_it_is_asked(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk, extraction="processing")
    for _ in range(3):
        answer = as_owner.post(f"/api/v1/videos/{video.pk}/cancel/")
        assert (answer.status_code, answer.json()["status"]) == (202, "cancelling")
    assert said() == ["CANCEL_REQUESTED"]


def test_a_deleted_video_is_gone_at_once_and_its_bytes_soon(
    as_owner: APIClient, owner: User, objects: ObjectStore
) -> None:
    video = stored_video(owner_id=owner.pk, booked_bytes=100)
    Quota.objects.update(used_bytes=100)
    put_source(video)
    assert as_owner.delete(f"/api/v1/videos/{video.pk}/").status_code == 204
    assert as_owner.get(f"/api/v1/videos/{video.pk}/").status_code == 404
    assert said() == ["VIDEO_DELETED"]
    assert Quota.objects.get(owner_id=owner.pk).used_bytes == 0
    services.remove_sources()
    assert list(objects.list("")) == []
    assert Video.objects.get().name == ""


def test_a_video_can_be_renamed(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    url = f"/api/v1/videos/{video.pk}/"
    assert as_owner.patch(url, {"name": "Recife.mp4"}).json()["name"] == "Recife.mp4"
    assert as_owner.patch(url, {"name": " "}).status_code == 422


def test_a_closed_account_loses_its_videos_and_starts_nothing_new(owner: User) -> None:
    stored_video(owner_id=owner.pk)
    now = messages.datetime.now(messages.UTC)
    services.close_owner(owner_id=owner.pk, at=now)
    assert Video.objects.get().state == "deleted"
    assert said() == ["VIDEO_DELETED"]
    late = stored_video(owner_id=owner.pk, extraction="failed")
    for wish in (
        lambda: services.begin_upload(owner_id=owner.pk, name="a.mp4", announced_bytes=1, at=now),
        lambda: services.retry_extraction(video_id=late.pk),
        lambda: services.extract_again(video_id=late.pk, options=Options()),
    ):
        with pytest.raises(AccountClosed):
            wish()


def test_a_closed_account_with_many_videos_is_emptied_in_parts(
    owner: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.upload.services.closing.MOST_AT_ONCE", 3)
    for state in ("stored", "refused", "expired", "uploading"):
        for _ in range(2):
            extraction = "ready" if state == "stored" else None
            stored_video(owner_id=owner.pk, state=state, extraction=extraction)
    kept = stored_video(owner_id=stranger.pk)
    services.close_owner(owner_id=owner.pk, at=messages.datetime.now(messages.UTC))
    living = Video.objects.exclude(state="deleted").filter(owner_id=owner.pk)
    assert living.count() == 5
    assert [services.empty_closed_accounts() for _ in range(3)] == [3, 2, 0]
    assert not living.exists()
    assert Quota.objects.get(owner_id=owner.pk).emptied_at
    assert Video.objects.get(pk=kept.pk).state == "stored"


def test_a_video_that_cannot_be_deleted_keeps_no_other_account_waiting(
    owner: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = messages.datetime.now(messages.UTC)
    for who in (owner, stranger):
        services.close_owner(owner_id=who.pk, at=now)
    stuck, other = (stored_video(owner_id=who.pk) for who in (owner, stranger))

    def broken(video: Video, reaction: Reaction) -> None:
        if video.pk == stuck.pk:
            raise ValueError("it is not to be deleted")
        bury(video, reaction)

    with monkeypatch.context() as patched:
        patched.setattr("apps.upload.services.wishes.bury", broken)
        assert services.empty_closed_accounts() == 1
    assert Video.objects.get(pk=other.pk).state == "deleted"
    emptied = Quota.objects.filter(emptied_at__isnull=False)
    assert [quota.owner_id for quota in emptied] == [stranger.pk]
    assert services.empty_closed_accounts() == 1
    assert emptied.all().count() == 2


def test_a_publication_heard_before_the_ending_is_not_forgotten() -> None:
    extraction = extraction_of(stored_video(extraction=None), "processing")
    ids = {"extraction_id": extraction.pk, "video_id": extraction.video_id}
    services.note_published(published=messages.archive_published(**ids))
    services.record_ending(ended=messages.extraction_ended("ready", **ids))
    extraction.refresh_from_db()
    assert extraction.status == "ready"


@every_database_committed
def test_a_publication_between_reading_and_saving_an_ending_is_not_lost() -> None:
    extraction = extraction_of(stored_video(extraction=None), "processing")
    ids = {"extraction_id": extraction.pk, "video_id": extraction.video_id}

    def publish() -> None:
        services.note_published(published=messages.archive_published(**ids))
        connections.close_all()

    other = Thread(target=publish)
    with unit_of_work("upload"):
        services.record_ending(ended=messages.extraction_ended("ready", **ids))
        other.start()
        other.join(0.5)
        assert other.is_alive()  # it waits for the row
    other.join(10)
    extraction.refresh_from_db()
    assert extraction.status == "ready"


def test_an_extension_heard_before_the_ending_is_kept() -> None:
    extraction = extraction_of(stored_video(extraction=None), "processing")
    ids = {"extraction_id": extraction.pk, "video_id": extraction.video_id}
    now = messages.datetime.now(messages.UTC)
    late, later = now + timedelta(days=30), now + timedelta(days=40)
    services.extend_expiry(extended=messages.expiry_extended(**ids, expires_at=later))
    services.record_ending(ended=messages.extraction_ended("ready", **ids, expires_at=late))
    extraction.refresh_from_db()
    assert extraction.expires_at == later


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("retry/", {"run": 1e400}),
        ("retry/", {"run": "one"}),
        ("extractions/", {"mode": "timestamps", "timestamps": 5}),
        ("extractions/", {"mode": "timestamps", "timestamps": None}),
        ("extractions/", {"interval": "NaN"}),
    ],
)
def test_a_strange_value_is_refused(
    as_owner: APIClient, owner: User, path: str, body: dict[str, object]
) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    raw = json.dumps(body)
    answer = as_owner.generic("POST", f"/api/v1/videos/{video.pk}/{path}", raw, "application/json")
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("path", ["retry/", "extractions/"])
def test_a_body_that_is_no_object_is_refused(as_owner: APIClient, owner: User, path: str) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    assert as_owner.post(f"/api/v1/videos/{video.pk}/{path}", [1, 2]).status_code == 422


def progressed(extraction: Extraction, step: str, fence: int, done: int) -> ExtractionProgressed:
    return ExtractionProgressed(
        **messages.ids(extraction_id=extraction.pk),
        fence=fence,
        step=Step(step),
        percent=done,
        frames_done=done,
        frames_total=50,
        eta_ms=None,
        queue_position=None,
        frames_prefix="p/",
    )


def test_shown_progress_never_goes_back_within_a_fence() -> None:
    extraction = extraction_of(stored_video(extraction=None), "processing")
    story = [
        ("extracting", 1, 10, ("extracting", 10)),
        ("checking", 1, 0, ("extracting", 10)),
        ("extracting", 1, 8, ("extracting", 10)),
        ("extracting", 1, 20, ("extracting", 20)),
        ("checking", 2, 0, ("checking", 0)),
        ("packing", 1, 50, ("checking", 0)),
    ]
    for step, fence, done, shown in story:
        services.record_progress(progressed=progressed(extraction, step, fence, done))
        extraction.refresh_from_db()
        assert (extraction.step, extraction.frames_done) == shown
