"""A part is away during uploads and jobs: clear answers, and everything finishes afterwards."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests import media
from tests.e2e.client import Person
from tests.e2e.conftest import promise_holds
from tests.e2e.outage import Doors, Fragile, LateUpload, browser_of, faults, fragile_system
from tests.waiting import eventually

pytestmark = pytest.mark.fixed_ground  # the proxies stand before a bucket and embedded servers

CASES = [(part, how) for part in ("postgres", "redis", "store") for how in ("refuse", "hang")]
SHORT_CASES = [("postgres", "refuse"), ("redis", "hang"), ("store", "refuse")]
SHORT_S, LONG_S = 5.0, 30.0


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    with fragile_system(tmp_path_factory.mktemp("outages")) as fragile:
        yield fragile


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return media.make_video(tmp_path_factory.mktemp("media") / "clip.mp4", seconds=25)


@pytest.fixture(scope="module")
def ready(fragile: Fragile, clip: Path) -> Iterator[tuple[Person, str]]:
    """Somebody with a video that was ready before anything happened."""
    with Person(fragile.stack) as person:
        video_id = person.accepted(clip)["id"]
        assert person.ended(video_id)["status"] == "ready"
        yield person, video_id


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("part", "how"), SHORT_CASES)
def test_a_part_is_away_for_a_moment(
    fragile: Fragile, ready: tuple[Person, str], clip: Path, part: str, how: str
) -> None:
    live_through(fragile, ready, clip, part, how, SHORT_S)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("part", "how"), CASES)
def test_a_part_is_away_for_half_a_minute(
    fragile: Fragile, ready: tuple[Person, str], clip: Path, part: str, how: str
) -> None:
    live_through(fragile, ready, clip, part, how, LONG_S)


def live_through(
    fragile: Fragile, ready: tuple[Person, str], clip: Path, part: str, how: str, seconds: float
) -> None:
    person, video_id = ready
    person.log_in()  # a token lives ten minutes
    accepted = [person.accepted(clip)["id"] for _ in range(2)]
    late = LateUpload(person, clip)
    with browser_of(person) as browser:
        doors = Doors(fragile.stack.base, person, browser, video_id)
        late.start()
        eventually(partial(fragile.has_begun, late), "the late upload has begun")
        fragile.taken_away(part, how)
        try:
            tried = during(doors, late, person, clip, seconds)
        finally:
            fragile.given_back(part)
    late.join(90)
    assert late.answer is not None
    answers = [*tried, late.answer]
    assert doors.wrong + [fault for each in answers for fault in faults(each)] == []
    assert fragile.ended() == {}
    if part != "store":  # its bytes were all here
        assert late.answer.status_code == 201, late.answer.text
    accepted += [each.json()["id"] for each in answers if each.status_code == 201]
    assert {person.ended(each, 120)["status"] for each in accepted} == {"ready"}
    assert fragile.tracebacks() == []
    promise_holds(fragile.stack)


def during(
    doors: Doors, late: LateUpload, person: Person, clip: Path, seconds: float
) -> list[httpx.Response]:
    """Ask the doors and send videos; the late one comes to its end within the outage."""
    over = threading.Event()
    asking = threading.Thread(target=doors.ask_until, args=(over,), daemon=True)
    asking.start()
    deadline = time.monotonic() + seconds
    late.rest.set()
    tried: list[httpx.Response] = []
    while not tried or time.monotonic() < deadline:
        tried.append(person.send(clip))
        over.wait(1)
    over.set()
    asking.join(120)
    assert not asking.is_alive()
    return tried
