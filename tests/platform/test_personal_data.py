"""What a person may take along: all that is kept of them, and nothing of anybody else."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.auth.models import User
from apps.auth.services import (
    ask_notice,
    log_in,
    make_api_token,
    request_email_change,
    send_email_links,
)
from apps.download.services import make_share
from apps.upload.models import Quota
from frameflow.contexts import CONTEXTS
from frameflow.pages.formats import size_in_words
from frameflow.storage import ObjectStore
from tests.api import work
from tests.bus import Bus
from tests.conftest import client_of
from tests.databases import every_database

pytestmark = every_database

PASSWORD = "correct horse battery"
#: Named in each context; what has rows here has rows in the file.
TABLES = {
    "auth": {"account", "api_tokens", "log_ins", "mails", "wishes", "new_address"},
    "upload": {"space", "videos", "extractions", "answers"},
    "processing": {"jobs"},
    "download": {"archives", "links"},
    "orchestration": {"sagas", "history"},
}


def life(person: User, name: str, bus: Bus) -> UUID:
    """Let a person do a little of everything."""
    file = SimpleUploadedFile(name, work.SOURCE, "video/mp4")
    answer = client_of(person).post(
        "/api/v1/videos/", {"file": file}, format="multipart", headers={"Idempotency-Key": name}
    )
    bus.settle()
    claimed = work.claim()
    work.finish(claimed)
    bus.settle()
    video, now = UUID(answer.json()["id"]), timezone.now()
    make_share(video_id=video, owner_id=person.pk, days=7, name=f"link of {name}", at=now)
    make_api_token(user=person, name=f"script of {name}", can_write=False, expires_at=None)
    ask_notice(user_id=person.pk, extraction_id=claimed.job.pk, at=now)
    log_in(email=person.email, password=PASSWORD)
    wish = {"email": f"new-{person.email}", "password": PASSWORD, "site": "http://testserver"}
    request_email_change(user_id=person.pk, **wish, at=now)
    send_email_links()
    return video


def data_of(person: User) -> dict[str, Any]:
    client = Client()
    client.force_login(person)
    answer = client.get("/settings/data/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="frame-flow-data.json"'
    assert answer.streaming
    found: dict[str, Any] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    return found


def test_a_person_gets_what_every_context_keeps_and_nothing_of_another(
    bus: Bus, objects: ObjectStore, owner: User, stranger: User
) -> None:
    life(stranger, "secret.mp4", bus)
    video = life(owner, "holiday.mp4", bus)
    data = data_of(owner)
    assert {name: set(tables) for name, tables in data.items()} == TABLES
    told = json.dumps(data)
    for each in ("holiday.mp4", "link of holiday.mp4", "script of holiday.mp4", owner.email):
        assert each in told
    assert {row["video_id"] for row in data["download"]["archives"]} == {str(video)}
    foreign = (str(stranger.pk), stranger.email, "secret", *(ids_of(stranger)))
    assert len(foreign) > 5
    assert not [each for each in foreign if each in told]


def ids_of(person: User) -> list[str]:
    """Return the ids that stand in the file of another person."""
    data = data_of(person)
    rows = [row for tables in data.values() for rows in tables.values() for row in rows]
    names = ("id", "video_id", "extraction_id")
    return [row[name] for row in rows for name in names if name in row]


def test_no_secret_is_in_the_file(bus: Bus, objects: ObjectStore, owner: User) -> None:
    life(owner, "holiday.mp4", bus)
    told = json.dumps(data_of(owner))
    hidden = [
        str(getattr(row, name))
        for model, name in (
            ("identity.User", "password"),
            ("identity.ApiToken", "digest"),
            ("identity.EmailWish", "digest"),
            ("download.Share", "digest"),
            ("token_blacklist.OutstandingToken", "jti"),
            ("token_blacklist.OutstandingToken", "token"),
        )
        for row in apps.get_model(model)._default_manager.all()
    ]
    assert len(hidden) >= 5
    assert not [each for each in hidden if each and each in told]


def test_every_context_tells_of_itself() -> None:
    assert set(TABLES) == {each.name for each in CONTEXTS}


def test_a_person_with_nothing_gets_a_file_all_the_same(owner: User) -> None:
    data = data_of(owner)
    assert data["auth"]["account"][0]["email"] == owner.email
    assert data["upload"] == data["download"] == {}


def test_a_visitor_gets_nothing_and_nobody_asks_without_end(owner: User) -> None:
    for path in ("", *(f"{each}/" for each in TABLES)):
        answer = Client().get(f"/settings/data/{path}")
        assert answer.headers["Location"].startswith("/login/")
    client = Client()
    client.force_login(owner)
    assert [client.get("/settings/data/").status_code for _ in range(11)] == [200] * 10 + [429]


@pytest.mark.parametrize("days", [None, 30])
def test_the_settings_show_the_space_and_how_long_files_are_kept(
    bus: Bus, objects: ObjectStore, owner: User, settings: Any, days: int | None
) -> None:
    settings.RETENTION_DAYS = days
    life(owner, "holiday.mp4", bus)
    client = Client()
    client.force_login(owner)
    html = client.get("/settings/").content.decode()
    used = size_in_words(Quota.objects.get(owner_id=owner.pk).used_bytes)
    assert used != size_in_words(0)
    assert f"You used {used} of {size_in_words(settings.QUOTA_BYTES)}." in html
    assert ">holiday.mp4</a>" in html
    sentence = "Files are deleted 30 days after the last download, yours or through a link."
    assert (sentence in html) is (days is not None)
    assert ("three days before files are deleted" in html) is (days is not None)
    closing = client.get("/settings/close/").content.decode()
    assert f"1 video with its frames and ZIP ({used})" in closing
