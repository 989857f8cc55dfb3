"""What one person may have at once: space, uploads, and videos that wait or are worked on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload import selectors, services
from apps.upload.exceptions import AccountClosed, LimitReached, QuotaFull, TooManyRuns
from apps.upload.models import Extraction, Quota, Video
from frameflow.contracts import Options
from frameflow.storage import ObjectStore
from tests.databases import every_database, every_database_committed
from tests.factories import MP4_HEAD, extraction_of, put_source, stored_video
from tests.upload.pages import film, text_of, words_in

pytestmark = every_database

WAITING = "Too many of your videos are still waiting."


def begin(owner_id: UUID, size_bytes: int = 10) -> Video:
    now: datetime = timezone.now()
    return services.begin_upload(
        owner_id=owner_id, name="a.mp4", announced_bytes=size_bytes, at=now
    )


def again(video: Video) -> Video:
    return services.extract_again(video_id=video.pk, options=Options())


def retry(video: Video) -> Video:
    return services.retry_extraction(video_id=video.pk)


def test_two_hundred_videos_may_wait(owner: User, settings: Settings) -> None:
    assert settings.MAX_RUNS_AT_WORK >= 200


@pytest.mark.parametrize(
    ("state", "extraction", "counted"),
    [
        ("uploading", None, 1),
        ("stored", "processing", 1),
        ("stored", "cancelling", 1),
        ("stored", "ready", 0),
        ("stored", "failed", 0),
        ("refused", None, 0),
        ("deleted", "processing", 0),
    ],
)
def test_what_arrives_waits_or_is_worked_on_counts(
    owner: User, state: str, extraction: str | None, counted: int
) -> None:
    stored_video(owner_id=owner.pk, state=state, extraction=extraction)
    stored_video(extraction="processing")  # of somebody else
    assert selectors.count_runs_at_work(owner_id=owner.pk) == counted


def test_a_video_that_is_extracted_again_counts_once(owner: User) -> None:
    video = stored_video(owner_id=owner.pk, extraction="ready")
    extraction_of(video, "failed")
    extraction_of(video, "processing")
    assert selectors.count_runs_at_work(owner_id=owner.pk) == 1


@pytest.mark.parametrize("wish", [begin, again, retry])
def test_one_more_than_the_limit_is_refused_at_every_door(
    owner: User, settings: Settings, wish: Callable[..., Video]
) -> None:
    settings.MAX_RUNS_AT_WORK = 1
    busy = stored_video(owner_id=owner.pk, extraction="processing")
    failed = stored_video(owner_id=owner.pk, extraction="failed")
    subject = owner.pk if wish is begin else failed
    with pytest.raises(TooManyRuns):
        wish(subject)
    assert Extraction.objects.filter(video=failed).get().run == 1
    services.delete_video(video_id=busy.pk)
    assert wish(subject)


@pytest.mark.parametrize("wish", [again, retry])
def test_a_run_needs_some_space(
    owner: User, settings: Settings, wish: Callable[[Video], Video]
) -> None:
    settings.QUOTA_BYTES = 1000
    video = stored_video(owner_id=owner.pk, extraction="failed")
    Quota.objects.filter(owner_id=owner.pk).update(used_bytes=1000)
    with pytest.raises(QuotaFull):
        wish(video)
    Quota.objects.filter(owner_id=owner.pk).update(used_bytes=999)
    assert wish(video)


def test_support_is_held_to_the_limit_of_the_person(owner: User, settings: Settings) -> None:
    settings.MAX_RUNS_AT_WORK = 1
    stored_video(owner_id=owner.pk, extraction="processing")
    video = stored_video(owner_id=owner.pk, extraction="failed")
    with pytest.raises(TooManyRuns):
        services.retry_extraction(video_id=video.pk, asked_by="support")


def test_what_was_let_in_is_never_refused_at_its_end(
    owner: User, settings: Settings, objects: ObjectStore
) -> None:
    settings.MAX_RUNS_AT_WORK = 1
    video = begin(owner.pk, len(MP4_HEAD))
    put_source(video)
    done = services.complete_upload(
        video_id=video.pk, sha256="", options=Options(), at=timezone.now()
    )
    assert done.state == "stored"
    assert selectors.count_runs_at_work(owner_id=owner.pk) == 1


def outcomes_of(wishes: list[Callable[[], object]]) -> list[str]:
    """Grant all wishes at the same moment; return what came of each."""
    together = Barrier(len(wishes))

    def ask(wish: Callable[[], object]) -> str:
        together.wait()
        try:
            wish()
        except (LimitReached, AccountClosed) as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "let in"

    with ThreadPoolExecutor(len(wishes)) as pool:
        return sorted(pool.map(ask, wishes))


@every_database_committed
def test_no_race_passes_the_limit_of_runs(settings: Settings) -> None:
    owner_id = uuid4()
    settings.MAX_RUNS_AT_WORK, settings.MAX_ACTIVE_UPLOADS = 5, 100
    failed = [stored_video(owner_id=owner_id, extraction="failed") for _ in range(4)]
    ready = [stored_video(owner_id=owner_id, extraction="ready") for _ in range(4)]
    wishes: list[Callable[[], object]] = [lambda: begin(owner_id) for _ in range(4)]
    wishes += [lambda video=each: retry(video) for each in failed]  # type: ignore[misc]
    wishes += [lambda video=each: again(video) for each in ready]  # type: ignore[misc]
    assert outcomes_of(wishes) == ["let in"] * 5 + ["rate"] * 7
    assert selectors.count_runs_at_work(owner_id=owner_id) == 5


@every_database_committed
def test_no_race_passes_the_limits_of_space_and_of_uploads(settings: Settings) -> None:
    owner_id = uuid4()
    settings.QUOTA_BYTES, settings.MAX_ACTIVE_UPLOADS = 35, 100
    assert outcomes_of([lambda: begin(owner_id)] * 8) == ["let in"] * 3 + ["quota"] * 5
    assert selectors.get_used_bytes(owner_id=owner_id) == 30
    other = uuid4()
    settings.QUOTA_BYTES, settings.MAX_ACTIVE_UPLOADS = 1000, 3
    assert outcomes_of([lambda: begin(other)] * 8) == ["let in"] * 3 + ["rate"] * 5


@every_database_committed
def test_an_account_that_closes_meanwhile_lets_nothing_through() -> None:
    owner_id = uuid4()
    videos = [stored_video(owner_id=owner_id, extraction="failed") for _ in range(4)]
    wishes: list[Callable[[], object]] = [lambda: begin(owner_id) for _ in range(3)]
    wishes.append(lambda: services.close_owner(owner_id=owner_id, at=timezone.now()))
    outcomes_of(wishes)
    assert Quota.objects.get(owner_id=owner_id).closed_at
    assert all(Video.objects.get(pk=each.pk).state == "deleted" for each in videos)
    with pytest.raises(AccountClosed):
        begin(owner_id)


@pytest.fixture
def full(owner: User, settings: Settings) -> Video:
    """A failed video of an owner for whom another one waits, which is all that is allowed."""
    settings.MAX_RUNS_AT_WORK = 1
    stored_video(owner_id=owner.pk, extraction="processing")
    error = {"code": "storage", "detail": "", "retryable": True}
    video = stored_video(owner_id=owner.pk, extraction=None)
    extraction_of(video, "failed", error=error)
    return video


@pytest.mark.parametrize("path", ["", "{id}/retry/", "{id}/extractions/"])
def test_the_api_says_so_and_when_to_come_again(
    as_owner: APIClient, full: Video, objects: ObjectStore, path: str
) -> None:
    body = {} if path else {"file": film("sea.mp4", MP4_HEAD)}
    url = f"/api/v1/videos/{path.format(id=full.pk)}"
    answer = as_owner.post(url, body, format="json" if path else "multipart")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["retryable"]) == (429, "rate", True)
    assert answer.headers["Retry-After"] == "60"
    assert problem["title"] == WAITING
    assert problem["detail"] == "No more than 1 can wait and be worked on at once."


def test_the_api_says_so_in_portuguese(as_owner: APIClient, full: Video) -> None:
    url = f"/api/v1/videos/{full.pk}/retry/"
    problem = as_owner.post(url, {}, format="json", headers={"Accept-Language": "pt-BR"}).json()
    assert problem["title"] == "Muitos dos seus vídeos ainda estão na fila."
    assert problem["detail"].startswith("Não mais que 1 ")


@pytest.mark.parametrize("path", ["retry", "again"])
def test_the_pages_say_so_and_stay(page: Client, full: Video, path: str) -> None:
    form = {"mode": "interval", "interval": "5", "format": "jpg", "quality": "90"}
    answer = page.post(f"/videos/{full.pk}/{path}/", form, follow=True)
    assert answer.redirect_chain[0][0] == f"/videos/{full.pk}/"
    assert WAITING in words_in(answer.content.decode())
    assert full.extractions.count() == 1


def test_the_start_page_says_so_and_keeps_the_form(
    page: Client, full: Video, objects: ObjectStore
) -> None:
    form = {"interval": "5", "format": "jpg", "quality": "90", "file": film("a.mp4", MP4_HEAD)}
    answer = page.post("/", form)
    assert answer.status_code == 429
    assert WAITING in words_in(answer.content.decode())
    assert "1 video of 1 at most waits or is worked on." in text_of(page, "/")


def test_who_is_known_learns_how_many_are_at_work(as_owner: APIClient, full: Video) -> None:
    limits = as_owner.get("/api/v1/limits/").json()
    assert (limits["max_runs_at_work"], limits["runs_at_work"]) == (1, 1)
    assert APIClient().get("/api/v1/limits/").json()["runs_at_work"] is None
