"""A video in, its frames out as a ZIP, through all five contexts over the bus."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client import Person, names_in
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import ROOT, Stack, eventually
from tests.processing.extraction.shots import BARS, CARD_2, make_film

Envelope = dict[str, Any]

#: 2 + 1 + 1 + 4 + 2: every consumer of every message of a first upload.
ACKNOWLEDGEMENTS = 10
NAMES = ["0001_00-00-00.jpg", "0002_00-00-10.jpg", "0003_00-00-20.jpg"]


def test_a_video_becomes_a_zip_with_one_frame_for_each_started_ten_seconds(
    stack: Stack, person: Person, clip: Path
) -> None:
    document = person.ended(person.accepted(clip)["id"])
    assert document["status"] == "ready"
    data = person.zip(document["id"])
    assert names_in(data) == [*NAMES, "manifest.json", "manifest.csv"]
    assert hashlib.sha256(data).hexdigest() == document["result"]["zip_sha256"]
    assert len(data) == document["result"]["zip_bytes"]
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    assert [row["requested_s"] for row in manifest["frames"]] == [0, 10, 20]
    assert manifest["video"]["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    promise_holds(stack)


def test_the_same_video_gives_the_same_bytes_again(person: Person, clip: Path) -> None:
    first, second = (person.ended(person.accepted(clip)["id"]) for _ in range(2))
    assert first["result"]["zip_sha256"] == second["result"]["zip_sha256"]


def test_the_service_and_the_command_line_give_the_same_pictures(
    person: Person, clip: Path, tmp_path: Path
) -> None:
    video = person.ended(person.accepted(clip, interval="7")["id"])
    command = [sys.executable, "-m", "apps.processing.extraction", str(clip), "--every", "7"]
    subprocess.run([*command, "--output", str(tmp_path / "cli.zip")], cwd=ROOT, check=True)
    with (
        zipfile.ZipFile(tmp_path / "cli.zip") as mine,
        zipfile.ZipFile(io.BytesIO(person.zip(video["id"]))) as theirs,
    ):
        pictures = [name for name in mine.namelist() if name.endswith(".jpg")]
        assert len(pictures) == 4
        assert all(mine.read(name) == theirs.read(name) for name in pictures)


def test_scenes_and_distinct_frames_are_had_from_the_service_too(
    person: Person, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film.mp4", [(BARS, 50), (CARD_2, 50), (BARS, 50)])
    scenes = person.accepted(film, mode="scenes")
    slides = person.accepted(film, interval="0.5", distinct="true", end="2")
    assert (scenes["options"]["mode"], slides["options"]["distinct"]) == ("scenes", True)
    ended = person.ended(scenes["id"])
    assert (ended["result"]["frames"], ended["progress"]["frames_total"]) == (3, 3)
    assert [row["pts_s"] for row in manifest_of(person, scenes["id"])["frames"]] == [0, 2, 4]
    assert person.ended(slides["id"])["result"]["frames"] == 1
    assert manifest_of(person, slides["id"])["skipped"] == 3


def manifest_of(person: Person, video_id: str) -> dict[str, Any]:
    """Return what the ZIP says about itself."""
    with zipfile.ZipFile(io.BytesIO(person.zip(video_id))) as opened:
        manifest: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return manifest


def test_the_bus_tells_the_whole_story_with_one_correlation_id(
    stack: Stack, person: Person, clip: Path
) -> None:
    command = [sys.executable, "manage.py", "tailbus", "--json"]
    heard: list[Envelope] = []
    before = stack.listeners()
    with subprocess.Popen(
        command, cwd=ROOT, env=stack.environment, stdout=subprocess.PIPE, text=True
    ) as tail:
        try:
            eventually(lambda: stack.listeners() > before or None, "the tail listens too")
            video = person.accepted(clip)
            person.ended(video["id"])
            assert tail.stdout is not None
            for line in tail.stdout:
                heard.append(json.loads(line))
                acks = [each for each in heard if each["type"] == "EVENT_ACK"]
                if sum(_video_of(each, heard) == video["id"] for each in acks) >= ACKNOWLEDGEMENTS:
                    break
        finally:
            tail.kill()
    about = [each for each in heard if _video_of(each, heard) == video["id"]]
    assert len({each["correlation_id"] for each in about}) == 1
    told = [each["type"] for each in about if each["type"] != "EVENT_ACK"]
    story = [each for each in dict.fromkeys(told) if each != "EXTRACTION_PROGRESSED"]
    assert story == [
        "FILE_UPLOADED",
        "PROCESS_FILE",
        "FILE_PROCESSED",
        "EXTRACTION_ENDED",
        "ARCHIVE_PUBLISHED",
    ]


def _video_of(envelope: Envelope, heard: list[Envelope]) -> str | None:
    same = [each for each in heard if each["correlation_id"] == envelope["correlation_id"]]
    return next(
        (each["payload"]["video_id"] for each in same if "video_id" in each["payload"]), None
    )


def test_objects_lie_under_the_users_id(stack: Stack, person: Person, clip: Path) -> None:
    video = person.ended(person.accepted(clip)["id"])
    owner = person.http.get("auth/me/").json()["id"]
    keys = stack.objects(video["id"])
    assert keys
    assert all(key.startswith(f"{owner}/{video['id']}/") for key in keys)


def test_cancel_stops_the_work_and_start_again_finishes_it(
    stack: Stack, person: Person, clip: Path
) -> None:
    stack.order_freeze("job.claimed")
    video = person.accepted(clip)["id"]
    pid = stack.frozen()["pid"]
    try:
        answered = person.http.post(f"videos/{video}/cancel/").json()["status"]
        eventually(lambda: stack.job(video)[0] == "discarded" or None, "the job is discarded")  # type: ignore[index]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert answered == "cancelling"
    assert person.ended(video)["status"] == "cancelled"
    assert person.http.post(f"videos/{video}/retry/", json={"run": 1}).status_code == 202
    assert person.ended(video)["status"] == "ready"
    promise_holds(stack)


def test_extract_again_replaces_the_old_result(stack: Stack, person: Person, clip: Path) -> None:
    video = person.ended(person.accepted(clip)["id"])
    answer = person.http.post(f"videos/{video['id']}/extractions/", json={"interval": 5})
    assert answer.status_code == 202
    newer = eventually(
        lambda: next(
            (
                each
                for each in [person.look(video["id"])]
                if each["status"] == "ready" and each["result"]["frames"] == 5
            ),
            None,
        ),
        "the new result is shown",
    )
    assert newer["result"]["extraction_id"] != video["result"]["extraction_id"]
    old = f"/{video['result']['extraction_id']}/"
    eventually(lambda: not stack.objects(old) or None, "the replaced objects are removed")
    promise_holds(stack)


def test_a_deleted_video_leaves_nothing(stack: Stack, person: Person, clip: Path) -> None:
    video = person.ended(person.accepted(clip)["id"])["id"]
    assert person.http.delete(f"videos/{video}/").status_code == 204
    assert person.http.get(f"videos/{video}/").status_code == 404
    eventually(lambda: not stack.objects(video) or None, "every object is removed")
    assert person.http.get(f"videos/{video}/zip/").status_code == 404
    promise_holds(stack)


@pytest.mark.parametrize("path", ["zip/", "frames/", "manifest/", "timeline/", "frames/1/image/"])
def test_a_stranger_finds_nothing(person: Person, other: Person, clip: Path, path: str) -> None:
    video = person.ended(person.accepted(clip)["id"])["id"]
    assert person.http.get(f"videos/{video}/{path}").status_code == 200
    assert other.http.get(f"videos/{video}/{path}").status_code == 404
