"""What is no good video ends with its code, a sentence for a person, and nothing left behind."""

from pathlib import Path
from typing import Any

import pytest

from tests import media
from tests.e2e.client import Person
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import Stack, eventually

MB = 1_000_000


def refused_at_the_door(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "video.mp4"
    if kind == "unreadable":
        return media.random_bytes(path)
    path.write_bytes({"empty": b"", "too_large": b"\0\0\0\x18ftypisom"}[kind])
    if kind == "too_large":
        with path.open("ab") as file:
            file.truncate(101 * MB)
    return path


@pytest.mark.parametrize(
    ("code", "status"), [("unreadable", 422), ("empty", 422), ("too_large", 413)]
)
def test_what_is_seen_at_the_door_is_refused_there(
    stack: Stack, person: Person, tmp_path: Path, code: str, status: int
) -> None:
    answer = person.send(refused_at_the_door(tmp_path, code))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["title"]
    assert person.http.get("videos/").json()["count"] == 0
    promise_holds(stack)


def test_a_text_file_is_refused_by_name_and_by_content(person: Person, tmp_path: Path) -> None:
    text = media.text_file(tmp_path / "notes.txt")
    assert person.send(text).json()["code"] == "unsupported_type"
    assert person.send(text, name="notes.mp4").json()["code"] == "unreadable"


def test_an_audio_file_has_no_video(stack: Stack, person: Person, tmp_path: Path) -> None:
    document = person.ended(person.accepted(media.audio_only(tmp_path / "song.mp4"))["id"])
    _failed_with(stack, document, "no_video")


def test_random_bytes_behind_a_good_beginning_are_unreadable(
    stack: Stack, person: Person, tmp_path: Path
) -> None:
    path = tmp_path / "random.mp4"
    noise = media.random_bytes(tmp_path / "noise").read_bytes()
    path.write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + noise)
    _failed_with(stack, person.ended(person.accepted(path)["id"]), "unreadable")


def test_a_video_whose_index_was_cut_off_is_unreadable(
    stack: Stack, person: Person, clip: Path, tmp_path: Path
) -> None:
    cut = media.truncated(clip, tmp_path / "cut.mp4", share=0.6)
    _failed_with(stack, person.ended(person.accepted(cut)["id"]), "unreadable")


def test_a_video_that_was_cut_off_gives_the_frames_it_has(
    stack: Stack, person: Person, tmp_path: Path
) -> None:
    options = {"movflags": "faststart"}
    whole = media.make_video(tmp_path / "whole.mp4", seconds=45, container_options=options)
    cut = media.truncated(whole, tmp_path / "cut.mp4", share=0.6)
    document = person.ended(person.accepted(cut)["id"])
    assert document["status"] == "ready"
    assert 0 < document["result"]["frames"] < 5
    assert "truncated" in [each["code"] for each in document["warnings"]]
    promise_holds(stack)


def _failed_with(stack: Stack, document: dict[str, Any], code: str) -> None:
    assert document["status"] == "failed"
    error = document["error"]
    assert (error["code"], error["retryable"]) == (code, False)
    assert error["title"]
    assert error["action"]
    assert error["support_code"].startswith(code.upper())
    assert document["result"] is None

    def only_the_video() -> bool | None:
        return all("/source-" in key for key in stack.objects(document["id"])) or None

    eventually(only_the_video, "nothing but the video itself is left")
    promise_holds(stack)
