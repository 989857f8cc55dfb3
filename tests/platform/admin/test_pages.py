"""Every aggregate has a list and a page; both show, and neither changes anything."""

import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.site import ReadOnlyAdmin
from tests.databases import ALIASES, every_database
from tests.platform.admin.conftest import browser_of, pages
from tests.platform.admin.rows import ADDRESS, DIGEST, NAME

pytestmark = every_database

PAGES = [pytest.param(url, page, id=page.model._meta.label_lower) for url, page in pages()]
VIDEOS = "/admin/upload/video/"


def rows_of(page: ReadOnlyAdmin) -> tuple[str, object]:
    """Return in which context the aggregate's row of the test lies, and its key."""
    if page.model._meta.app_label == "bus":
        return "upload", page.model._default_manager.using("upload").latest("pk").pk
    return "", getattr(page.model._default_manager.order_by("pk").last(), "pk", None)


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_a_list_and_each_of_its_filters_answer(
    support: Client, video: Video, url: str, page: ReadOnlyAdmin
) -> None:
    first = support.get(url)
    assert first.status_code == 200
    queries = re.findall(r'<li[^>]*><a href="(\?[^"]*)"', first.text)
    assert len(queries) >= len(page.list_filter)
    for query in queries:
        assert support.get(url + query.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_a_list_is_searched_by_code_id_address_and_text(
    support: Client, video: Video, url: str, page: ReadOnlyAdmin
) -> None:
    for term in ("UNREADABLE-04537bd1", str(uuid4()), ADDRESS, "holiday", "'", "\x00", "%"):
        assert support.get(url, {"q": term}).status_code == 200


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_a_page_shows_its_object_without_name_and_address(
    support: Client, video: Video, url: str, page: ReadOnlyAdmin
) -> None:
    context, pk = rows_of(page)
    if pk is None:
        return  # the journal is empty
    answer = support.get(f"{url}{pk}/change/", {"_changelist_filters": f"context={context}"})
    assert answer.status_code == 200
    for text in (answer.text, support.get(url).text):
        assert NAME not in text
        assert DIGEST not in text
        assert ADDRESS not in text


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_nobody_adds_changes_or_deletes_not_even_a_superuser(
    root: Client, video: Video, url: str, page: ReadOnlyAdmin
) -> None:
    _context, pk = rows_of(page)
    assert root.get(f"{url}add/").status_code == 403
    for address in (f"{url}{pk}/change/", f"{url}{pk}/delete/"):
        assert root.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_staff_outside_support_see_nothing(url: str, page: ReadOnlyAdmin) -> None:
    trainee = browser_of(User.objects.create_user("tim@example.com", "x", is_staff=True))
    assert trainee.get(url).status_code == 403
    assert "Ask a superuser" in trainee.get("/admin/").text


@pytest.mark.parametrize(("url", "page"), PAGES)
def test_others_are_sent_to_the_log_in(client: Client, url: str, page: ReadOnlyAdmin) -> None:
    answer = client.get(url, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('auth:login')}?next={url}"


def test_a_person_who_is_not_staff_is_refused(owner: User) -> None:
    answer = browser_of(owner).get("/admin/", follow=True)
    assert answer.status_code == 403


def test_every_aggregate_of_every_context_has_a_list() -> None:
    shown = {model._meta.label_lower for model in admin.site._registry}
    assert shown >= {
        "upload.video", "upload.extraction", "upload.quota",
        "processing.processingjob", "processing.frame",
        "download.archive", "download.share",
        "orchestration.saga",
        "identity.user", "identity.notice", "identity.apitoken",
        "bus.outboxmessage", "bus.outboxdelivery", "bus.inboxmessage",
        "admin.logentry", "django_rq.dashboard",
    }  # fmt: skip


def test_the_first_page_leads_to_everything(support: Client) -> None:
    text = support.get("/admin/").text
    for url, _page in pages():
        assert f'href="{url}"' in text
    assert 'href="/admin/django_rq/dashboard/"' in text
    assert f'href="{VIDEOS}?status=failed"' in text


def test_a_video_shows_its_status_in_words_and_its_code(support: Client, video: Video) -> None:
    code = f"UNREADABLE-{str(video.extractions.get().pk)[:8]}"
    text = support.get(VIDEOS).text
    assert code in text
    assert '<span class="chip failed">Failed</span>' in text
    assert "•••.mp4 (21 characters)" in text


def test_a_video_leads_to_its_timeline_work_zip_messages_and_owner(
    support: Client, video: Video
) -> None:
    extraction = video.extractions.get().pk
    text = support.get(f"{VIDEOS}{video.pk}/change/").text
    for address in (
        f"/admin/orchestration/saga/{extraction}/change/",
        f"/admin/processing/processingjob/{extraction}/change/",
        f"/admin/download/archive/{extraction}/change/",
        f"/admin/identity/user/{video.owner_id}/change/",
        *(f"/admin/bus/outboxmessage/?q={extraction}&amp;context={each}" for each in ALIASES),
        *(f"/admin/bus/inboxmessage/?q={extraction}&amp;context={each}" for each in ALIASES),
    ):
        assert f'href="{address}"' in text
        assert support.get(address.replace("&amp;", "&")).status_code == 200


def test_the_saga_tells_steps_with_tries_duration_and_reason(support: Client, video: Video) -> None:
    extraction = video.extractions.get().pk
    text = support.get(f"/admin/orchestration/saga/{extraction}/change/").text
    started, took, why = "2026-03-01 12:00:01.000000", "2.5\u00a0s", "It ends too early."
    cells = ("Check", "1", "2", started, took, why)
    assert "".join(f"<td>{each}</td>" for each in cells) in text
    assert "<td>Receive</td>" in text
    assert "<td>FILE_FAILED</td><td>1</td><td>processing</td><td>failed</td>" in text


def test_the_history_of_an_object_is_in_the_journal(support: Client, video: Video) -> None:
    answer = support.get(f"{VIDEOS}{video.pk}/history/")
    assert answer["Location"] == f"/admin/admin/logentry/?q={video.pk}"
