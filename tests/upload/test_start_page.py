"""The start page: a video comes in, or the page says why not."""

import re

import pytest
from django.test import Client

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.storage import ObjectStore
from tests.databases import every_database
from tests.factories import MP4_HEAD
from tests.upload.pages import RESULT, film, text_of, video_in, words_in

pytestmark = [every_database, pytest.mark.usefixtures("objects", "bus")]


def test_a_visitor_is_welcomed_and_led_to_an_account() -> None:
    text = text_of(Client(), "/")
    assert "Turn a video into images" in text
    assert "Create account" in text


def test_the_start_page_says_the_limit_the_options_and_the_space_used(page: Client) -> None:
    text = text_of(page, "/")
    assert "up to 100 MB" in text
    assert "Options: one frame every 10 s" in text
    assert "You used 0 B of 10 GB" in text


def test_a_video_comes_in_through_the_page_and_its_page_is_shown(page: Client, owner: User) -> None:
    form = {"interval": "5", "format": "webp", "quality": "60", "file": film("sea.mp4", MP4_HEAD)}
    answer = page.post("/", form)
    video = Video.objects.get(owner_id=owner.pk)
    assert answer.headers["Location"] == f"/videos/{video.pk}/"
    wished = video.extractions.get().wished()
    assert (float(wished.interval), wished.format, wished.quality) == (5, "webp", 60)


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("sea.mp4", b"", 422, "This file is empty."),
        ("sea.mp4", b"no film at all" * 99, 422, "We could not read this file as a video."),
        ("sea.txt", MP4_HEAD, 415, "We do not know this kind of file."),
    ],
)
def test_what_cannot_be_taken_is_said_on_the_same_page(
    page: Client, objects: ObjectStore, name: str, data: bytes, status: int, words: str
) -> None:
    form = {"interval": "5", "format": "jpg", "quality": "90", "file": film(name, data)}
    answer = page.post("/", form)
    assert answer.status_code == status
    assert words in words_in(answer.content.decode())
    assert not Video.objects.filter(state="stored").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Choose a video first."), ("pt-BR", "Escolha um v\xeddeo primeiro.")],
)
def test_whoever_chose_no_file_is_told_to_choose_one(
    page: Client, language: str, words: str
) -> None:
    form = {"interval": "5", "format": "jpg", "quality": "90"}
    answer = page.post("/", form, headers={"Accept-Language": language})
    text = words_in(answer.content.decode())
    assert answer.status_code == 422
    assert words in text
    assert "multipart" not in text


def test_wrong_options_keep_nothing_and_open_the_options(page: Client) -> None:
    form = {"interval": "0", "format": "jpg", "quality": "90", "file": film("sea.mp4", MP4_HEAD)}
    answer = page.post("/", form)
    assert answer.status_code == 422
    assert "<details open>" in answer.content.decode()
    assert not Video.objects.filter(state="stored").exists()


def test_whoever_is_not_logged_in_is_sent_to_the_log_in_page_with_their_file() -> None:
    answer = Client().post("/", {"file": film("sea.mp4", MP4_HEAD)})
    assert answer.headers["Location"] == "/login/?next=/"


@pytest.mark.parametrize("address", ["/", "/videos/"])
def test_pages_carry_no_inline_script_or_style(page: Client, owner: User, address: str) -> None:
    video_in(owner, "ready", result=RESULT)
    html = page.get(address).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<[^>]+ (style|on\w+)=", html)
    policy = page.get(address).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
