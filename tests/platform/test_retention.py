"""RETENTION_DAYS from the upload to the end: shown, put off by a download, warned of, done. The
clock is moved by moving what the rows say of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth.models import Notice, User
from apps.auth.services import send_due_notices
from apps.download.models import Archive
from apps.download.services import make_share
from apps.orchestration.models import Saga
from apps.orchestration.services import ring_timers
from apps.processing.services import fail_for_good, sweep_objects
from apps.upload.models import Extraction, Quota
from apps.upload.services import remove_sources
from frameflow.storage import ObjectStore
from tests.api import work
from tests.bus import Bus
from tests.databases import every_database

pytestmark = every_database

DAYS = 30
ENDS = (
    (Saga, ("timer_at", "expires_at")),
    (Archive, ("expires_at", "extended_at")),
    (Extraction, ("expires_at",)),
    (Notice, ("due_at", "expires_at")),
)


def days_pass(days: float) -> None:
    """Let everything that will happen be so much nearer."""
    for model, fields in ENDS:
        model._default_manager.update(**{each: F(each) - timedelta(days=days) for each in fields})


def left(model: Any) -> timedelta:
    return model._default_manager.get().expires_at - datetime.now(UTC)  # type: ignore[no-any-return]


def warned() -> list[str]:
    mail.outbox.clear()
    send_due_notices(at=timezone.now())
    return [str(each.subject) for each in mail.outbox]


@pytest.fixture
def page(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def made(bus: Bus, as_owner: APIClient) -> UUID:
    """Upload a video and make its frames; return its id."""
    file = SimpleUploadedFile("holiday.mp4", work.SOURCE, "video/mp4")
    video = as_owner.post("/api/v1/videos/", {"file": file}, format="multipart").json()["id"]
    bus.settle()
    work.finish(work.claim())
    bus.settle()
    return UUID(video)


@pytest.fixture
def ready(bus: Bus, objects: ObjectStore, as_owner: APIClient, settings: Settings) -> UUID:
    """A video that became ready where files are kept for thirty days."""
    settings.RETENTION_DAYS = DAYS
    return made(bus, as_owner)


def test_what_expires_is_shown_put_off_warned_of_and_done(
    ready: UUID, bus: Bus, page: Client, objects: ObjectStore, owner: User
) -> None:
    link = make_share(video_id=ready, owner_id=owner.pk, days=30, name="", at=timezone.now())
    days_pass(20)
    shows_its_end(page, ready, timezone.now() + timedelta(days=10))

    b"".join(page.get(f"/videos/{ready}/zip/").streaming_content)  # type: ignore[attr-defined]
    bus.settle()
    for model in (Saga, Archive, Extraction):
        assert timedelta(days=DAYS) <= left(model) <= timedelta(days=DAYS, hours=1), model
    shows_its_end(page, ready, timezone.now() + timedelta(days=DAYS))

    days_pass(26.9)
    assert warned() == []
    days_pass(0.2)
    assert warned() == [f"Your frames will be deleted on {date_format(end_of(Notice))}"]
    assert warned() == []
    assert ring_timers() == 0

    days_pass(3)
    assert ring_timers() == 1
    bus.settle()
    remove_sources()
    sweep_objects()
    assert page.get(f"/videos/{ready}/zip/").status_code == 410
    assert Client().get(f"/s/{link.token}/").status_code == 404
    html = page.get(f"/videos/{ready}/").content.decode()
    today = date_format(timezone.now())
    assert f"We deleted the files on {today} as announced." in html
    assert "Upload again" in html
    assert "Share…" not in html
    assert list(objects.list("")) == []
    assert Quota.objects.get(owner_id=owner.pk).used_bytes == 0


def end_of(model: Any) -> datetime:
    end: datetime = model._default_manager.exclude(expires_at=None).get().expires_at
    return end


def shows_its_end(page: Client, video: UUID, end: datetime) -> None:
    """Both pages say the day."""
    assert f"Deleted on {date_format(end)}." in page.get(f"/videos/{video}/").content.decode()
    assert f"deleted on {date_format(end)}" in page.get("/videos/").content.decode()


def test_a_download_after_the_warning_puts_the_end_off_and_a_later_warning_comes(
    ready: UUID, bus: Bus, page: Client
) -> None:
    days_pass(27.5)
    assert len(warned()) == 1
    b"".join(page.get(f"/videos/{ready}/zip/").streaming_content)  # type: ignore[attr-defined]
    bus.settle()
    days_pass(10)
    assert ring_timers() == 0
    assert warned() == []
    days_pass(17.5)
    assert len(warned()) == 1


def test_what_came_to_nothing_later_puts_off_no_end(
    ready: UUID, bus: Bus, page: Client, as_owner: APIClient
) -> None:
    days_pass(20)
    again = as_owner.post(f"/api/v1/videos/{ready}/extractions/", {"interval": 5})
    assert again.status_code == 202, again.content
    bus.settle()
    claim = work.claim()
    assert fail_for_good(job=claim.job, fence=claim.fence, code="unreadable", detail="")
    bus.settle()
    shows_its_end(page, ready, timezone.now() + timedelta(days=10))


def test_whoever_wants_no_warning_gets_none(ready: UUID) -> None:
    User.objects.update(wants_warnings=False, wants_notices=True)
    days_pass(28)
    assert warned() == ["Your frames are ready"]


def test_where_nothing_expires_nothing_says_so(
    bus: Bus, objects: ObjectStore, as_owner: APIClient, page: Client, settings: Settings
) -> None:
    settings.RETENTION_DAYS = None
    video = made(bus, as_owner)
    for address in (f"/videos/{video}/", "/videos/", "/settings/"):
        assert "eleted on" not in page.get(address).content.decode()
    assert ring_timers() == 0
    assert warned() == []
    assert not Notice.objects.exclude(kind="ready").exists()
