"""One box leads from what a person tells to what support must look at."""

from uuid import uuid4

import pytest
from django.test import Client

from apps.upload.models import Video
from frameflow.bus.models import OutboxMessage
from frameflow.site import masked_email, masked_name
from frameflow.site.columns import link_to
from frameflow.site.elsewhere import listed
from tests.databases import every_database
from tests.factories import stored_video
from tests.platform.admin.rows import ADDRESS

pytestmark = every_database
SEARCH, VIDEOS = "/admin/search/", "/admin/upload/video/"


def led_to(support: Client, text: str) -> str:
    """Return where the search leads; empty where it finds nothing."""
    answer = support.get(SEARCH, {"q": text})
    return str(answer.get("Location", ""))


@pytest.mark.parametrize("form", ["UNREADABLE-{}", "unreadable-{}", "{}", "  {} "])
def test_a_support_code_leads_to_the_video(support: Client, video: Video, form: str) -> None:
    digits = str(video.extractions.get().pk)[:8]
    assert led_to(support, form.format(digits)) == f"{VIDEOS}{video.pk}/change/"


def test_an_id_leads_to_the_video(support: Client, video: Video) -> None:
    here = f"{VIDEOS}{video.pk}/change/"
    assert led_to(support, str(video.pk)) == here
    assert led_to(support, str(video.extractions.get().pk)) == here
    assert led_to(support, str(video.pk)[:8]) == here


def test_a_whole_address_leads_to_the_person_and_from_there_to_the_videos(
    support: Client, video: Video
) -> None:
    there = led_to(support, ADDRESS.upper())
    assert there == f"/admin/identity/user/{video.owner_id}/change/"
    theirs = f"{VIDEOS}?q={video.owner_id}"
    assert f'href="{theirs}"' in support.get(there).text
    assert str(video.pk) in support.get(theirs).text


def test_a_part_of_an_address_finds_nobody(support: Client, video: Video) -> None:
    answer = support.get(SEARCH, {"q": "olivia.anders@"})
    assert "Nothing is found for" in answer.text


def test_an_owners_id_leads_to_the_person(support: Client, video: Video) -> None:
    there = f"/admin/identity/user/{video.owner_id}/change/"
    assert led_to(support, str(video.owner_id)) == there


def test_a_message_is_found_by_its_id_in_any_context(support: Client, video: Video) -> None:
    message = OutboxMessage.objects.using("upload").get()
    assert led_to(support, str(message.pk)) == f"/admin/bus/outboxmessage/{message.pk}/change/"


def test_several_lead_to_their_list(support: Client) -> None:
    for _ in range(2):
        stored_video(name="report.mp4")
    assert led_to(support, "Report") == f"{VIDEOS}?q=Report"


def test_nothing_found_is_a_sentence(support: Client) -> None:
    answer = support.get(SEARCH, {"q": f"{uuid4()}"})
    assert "A support code looks like UNREADABLE-04537bd1" in answer.text
    assert support.get(SEARCH).status_code == 200


def test_names_are_found_by_their_beginning(support: Client) -> None:
    video = stored_video(name="Holiday 100%_final.mp4")
    other = stored_video(name="My Holiday.mp4")
    text = support.get(VIDEOS, {"q": "holiday 100%_"}).text
    assert str(video.pk) in text
    assert str(other.pk) not in text


def test_personal_data_is_masked() -> None:
    assert masked_email("anna@example.com") == "a•••@example.com"
    assert masked_name("holiday in Recife.mp4") == "•••.mp4 (21 characters)"
    assert masked_name("") == ""


def test_what_is_not_served_here_stays_plain() -> None:
    assert link_to("elsewhere.thing", uuid4(), "a thing") == "a thing"
    assert listed("elsewhere.thing", "things", q="1") == "things"
