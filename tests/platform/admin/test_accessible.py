"""Every kind of admin page in a real Chromium: axe finds nothing, in light and in dark, and the
console stays silent under the strict policy."""

from collections.abc import Iterator
from typing import Literal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from tests.browser.accessibility import faults
from tests.databases import every_database
from tests.platform.admin.conftest import pages
from tests.platform.admin.window import window

pytestmark = every_database

VIDEOS = "/admin/upload/video/"


def addresses(video: Video, sue: User) -> Iterator[str]:
    """Yield one page of each kind."""
    yield from ("/admin/", "/admin/search/?q=nothing", "/admin/upload/", f"{VIDEOS}?q=nobody")
    for url, page in pages():
        yield f"{url}?context=upload" if "/bus/" in url else url
        yield f"{url}{_last(page.model)}/change/?_changelist_filters=context%3Dupload"
    for wish in ("retry", "cancel", "extract-again"):
        yield f"{VIDEOS}wishes/{wish}/?id={video.pk}"
    yield f"/admin/identity/user/wishes/give-support-access/?id={video.owner_id}"
    yield from ("/admin/password_change/done/", "/admin/django_rq/dashboard/")


def _last(model: type) -> object:
    of_bus = model in (OutboxMessage, OutboxDelivery, InboxMessage)
    rows = model._default_manager.using("upload") if of_bus else model._default_manager.all()
    return rows.order_by("pk").last().pk


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_console_is_silent(
    root: Client, video: Video, sue: User, scheme: Literal["light", "dark"]
) -> None:
    LogEntry.objects.create(user=sue, object_id=str(video.pk), object_repr="x", action_flag=2)
    there, wrong = list(addresses(video, sue)), {}
    with window(root, color_scheme=scheme) as (page, said):
        for address in there:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            if found := [*faults(page), *said]:
                wrong[address] = found
            said.clear()
    assert wrong == {}, "\n".join(f"{each}: {why}" for each, whys in wrong.items() for why in whys)


def test_axe_finds_a_planted_fault(support: Client) -> None:
    with window(support) as (page, _said):
        page.goto("/admin/")
        page.eval_on_selector("#find", "input => document.querySelector('label').remove()")
        assert any(each.startswith("label:") for each in faults(page))


def test_a_wish_is_granted_with_the_keyboard_alone(support: Client, video: Video) -> None:
    with window(support) as (page, said):
        page.goto(VIDEOS)
        page.locator("tbody input[type=checkbox]").first.press("Space")
        page.get_by_label("With the ticked rows").select_option(label="Retry")
        page.get_by_role("button", name="Go on").press("Enter")
        page.get_by_label("Reason").fill("asked by mail")
        page.get_by_role("button", name="Retry").press("Enter")
        page.get_by_text("Retry: 1 done.").wait_for()
        assert said == []
