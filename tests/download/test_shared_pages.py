"""What a link shows to whoever has it, and that a closed one is like none."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.download import services
from apps.download.models import Archive, Share
from apps.download.services.shares import TOKEN_BYTES
from apps.upload.services import delete_video
from frameflow.storage import ObjectStore
from tests import messages
from tests.bus import Bus
from tests.databases import every_database
from tests.download.conftest import FRAMES, ZIP, Publish, result_at, shared, store_files
from tests.factories import extraction_of, stored_video

pytestmark = every_database

BELOW = ("", "zip/", "frames/1/image/", "frames/1/thumb/")


def ended(made: dict[str, Any], outcome: str) -> None:
    ids = {name: made[name] for name in messages.ids()}
    services.advance_archive(heard=messages.extraction_ended(outcome, **ids, result=None))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def test_whoever_has_the_link_sees_name_facts_frames_and_zip(made: dict[str, Any]) -> None:
    link = shared(made)
    page = Client().get(link)
    html = page.content.decode()
    assert page.status_code == 200
    assert "<h1>holiday.mp4</h1>" in html
    assert "50\u00a0s · 64\u00d748 · 5 frames" in html
    assert html.count('loading="lazy"') == FRAMES
    assert f'href="{link}frames/5/image/"' in html
    assert f'href="{link}zip/"' in html
    assert body(Client().get(f"{link}frames/2/image/")) == b"jpg 2"
    assert body(Client().get(f"{link}frames/2/thumb/")) == b"webp 2"
    assert Client().get(f"{link}frames/6/image/").status_code == 404


def test_the_zip_of_a_link_comes_whole_or_in_part_and_carries_the_name(
    made: dict[str, Any],
) -> None:
    address = f"{shared(made)}zip/"
    whole = Client().get(address)
    assert body(whole) == ZIP
    assert whole.headers["Content-Disposition"] == 'attachment; filename="holiday-frames.zip"'
    part = Client().get(address, headers={"Range": "bytes=2-9"})
    assert (part.status_code, body(part)) == (206, ZIP[2:10])
    assert part.headers["Content-Range"] == f"bytes 2-9/{len(ZIP)}"
    assert Client().head(address).headers["Content-Length"] == str(len(ZIP))


@pytest.mark.parametrize("below", BELOW)
def test_nothing_of_the_owner_is_told_and_no_cookie_is_set(
    made: dict[str, Any], owner: User, below: str
) -> None:
    answer = Client().get(shared(made) + below)
    told = f"{answer.headers} {body(answer)!r}"
    ids = [made[name] for name in ("owner_id", "video_id", "extraction_id")]
    for each in (*ids, owner.email, "csrf"):
        assert str(each) not in told, each
    assert not answer.cookies


@pytest.mark.parametrize("below", BELOW)
def test_no_search_engine_keeps_it_and_no_site_is_told(made: dict[str, Any], below: str) -> None:
    for link in (shared(made), "/s/nothing/"):
        answer = Client().get(link + below)
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"].startswith("private, no-")


def test_only_a_digest_of_a_long_random_token_is_kept(made: dict[str, Any]) -> None:
    tokens = {shared(made).split("/")[2] for _ in range(3)}
    assert TOKEN_BYTES * 8 >= 128
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)
    with connections["download"].cursor() as cursor:
        cursor.execute("SELECT share::text FROM share")
        rows = " ".join(row for (row,) in cursor.fetchall())
    assert not [token for token in tokens if token in rows or token[:12] in rows]


def stop(made: dict[str, Any]) -> None:
    share = Share.objects.get()
    services.stop_share(share_id=share.pk, video_id=made["video_id"], owner_id=made["owner_id"])


def pass_its_end(made: dict[str, Any]) -> None:
    Share.objects.update(expires_at=timezone.now())


def pass_the_end_of_the_files(made: dict[str, Any]) -> None:
    Archive.objects.update(expires_at=timezone.now())


CLOSING: dict[str, Callable[[dict[str, Any]], None]] = {
    "stopped": stop,
    "ended": pass_its_end,
    "its files are due to go": pass_the_end_of_the_files,
    "deleted": lambda made: ended(made, "deleted"),
    "expired": lambda made: ended(made, "expired"),
    "not ready": lambda _: Archive.objects.update(state="awaited"),
}


@pytest.mark.parametrize("why", CLOSING)
def test_a_link_that_is_closed_is_like_one_that_never_was(made: dict[str, Any], why: str) -> None:
    """The same bytes, and the same one question to the database: so also the same time."""
    link = shared(made)
    assert Client().get(link).status_code == 200
    CLOSING[why](made)
    for below in BELOW:
        (gone, asked), (never, asked_never) = (_asked(each + below) for each in (link, "/s/no/"))
        assert gone.status_code == never.status_code == 404
        assert gone.content == never.content
        assert sorted(gone.headers.items()) == sorted(never.headers.items())
        assert asked == asked_never
        assert len(asked) == 1
    assert b"This link does not work." in gone.content


def _asked(address: str) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connections["download"]) as caught:
        answer = Client().get(address)
    return answer, [re.sub(r"'[^']*'", "?", each["sql"]) for each in caught.captured_queries]


def test_a_link_shows_the_one_result_that_was_shared(
    made: dict[str, Any], publish: Publish
) -> None:
    """A newer result of the same video has frames that nobody meant to show."""
    link = shared(made)
    publish(video_id=made["video_id"], extraction_no=2)
    assert f"/{made['extraction_id']}" not in Client().get(link).content.decode()
    assert Share.objects.get().archive_id == made["extraction_id"]
    ended(made, "expired")  # replaced, as the saga says of the older one
    assert Client().get(link).status_code == 404


def test_a_link_does_not_open_again_with_another_run(
    made: dict[str, Any], objects: ObjectStore
) -> None:
    link = shared(made)
    ended(made, "expired")
    ids = {name: made[name] for name in messages.ids()} | {"run": 2}
    prefix = made["prefix"].replace("/1/", "/2/")
    store_files(objects, prefix)
    services.advance_archive(heard=messages.extraction_ended(**ids, result=result_at(prefix)))
    assert Archive.objects.get().state == "ready"
    assert Client().get(link).status_code == 404


def test_deleting_the_video_closes_its_links(bus: Bus, owner: User, publish: Publish) -> None:
    video = stored_video(owner_id=owner.pk, extraction=None)
    made = publish(video.pk)
    extraction_of(video, id=made["extraction_id"])
    link = shared(made)
    delete_video(video_id=video.pk)
    bus.settle()
    assert Client().get(link).status_code == 404
    assert not Share.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_nobody_asks_without_end(made: dict[str, Any], known: bool, settings: Settings) -> None:
    rates = {"share": "3/min", "share-account": "3/min"}
    framework = settings.REST_FRAMEWORK
    settings.REST_FRAMEWORK = {
        **framework,
        "DEFAULT_THROTTLE_RATES": {**framework["DEFAULT_THROTTLE_RATES"], **rates},
    }
    link = shared(made) if known else "/s/nothing/"
    client = Client()
    answers = [client.get(f"{link}zip/", REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [each.status_code for each in answers] == [200 if known else 404] * 3 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert client.get(link, REMOTE_ADDR="192.0.2.2").status_code != 429


def test_a_download_by_a_link_counts_as_one(publish: Publish, settings: Settings) -> None:
    settings.RETENTION_DAYS = 30
    link = shared(publish(expires_at=timezone.now() + timedelta(days=10)))
    body(Client().get(f"{link}zip/"))
    until = Archive.objects.get().expires_at
    assert until is not None
    assert until > timezone.now() + timedelta(days=29)


def test_a_link_ends_with_the_files_and_says_so(
    publish: Publish, as_owner: APIClient, settings: Settings
) -> None:
    settings.RETENTION_DAYS = 1
    made = publish(expires_at=timezone.now() + timedelta(hours=3))
    link = shared(made)
    (told,) = as_owner.get(f"{made['url']}shares/").json()
    assert datetime.fromisoformat(told["expires_at"]) == Archive.objects.get().expires_at
    for _twice in range(2):  # an hour after a download the next one counts
        body(Client().get(f"{link}zip/"))
        archive = Archive.objects.get()
        assert archive.expires_at is not None
        assert archive.expires_at >= timezone.now() + timedelta(days=1)
        Archive.objects.update(
            extended_at=F("extended_at") - timedelta(hours=2),
            expires_at=F("expires_at") - timedelta(hours=2),
        )


def test_the_page_speaks_the_readers_language(made: dict[str, Any]) -> None:
    link = shared(made)
    by_header = Client().get(link, headers={"Accept-Language": "pt-BR"}).content.decode()
    by_choice = Client().get(f"{link}?language=pt-br").content.decode()
    for html in (by_header, by_choice):
        assert '<html lang="pt-br">' in html
    assert "language=en" in by_choice
    moment = Client().get(f"{link}?language=pt-br&t=0:00")
    assert moment["Location"].startswith(f"{link}?language=pt-br&page=1#")
