"""What tus-js-client and Uppy send arrives: whole, after a pause, and after a cut in the middle.

They run in a real browser, as docs/howto/resume-an-upload.md tells people to use them.
"""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.clients.rivals import TUS, UPPY, Access, Window
from tests.e2e.client import Person, names_in
from tests.e2e.films import MIB
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import eventually

pytestmark = [pytest.mark.long, pytest.mark.fixed_ground, pytest.mark.timeout(300)]

RATE_BYTES_S = 4 * MIB
HALF_BYTES = 6 * MIB
CHUNK_BYTES = 5 * MIB
#: Pages, headers and forms beside the video.
REST_BYTES = MIB
FRAMES = [f"000{n}_00-00-{second}.png" for n, second in ((1, "00"), (2, "10"), (3, "20"))]
FILES = [*FRAMES, "manifest.json", "manifest.csv"]


@pytest.fixture(params=[TUS, UPPY], ids=lambda rival: rival.package)
def window(
    request: pytest.FixtureRequest, profile: BrowserContext, person: Person, line: Proxy
) -> Window:
    base, access = f"http://127.0.0.1:{line.port}", Access.of(person)
    access.give(profile, base)
    return Window(profile.new_page(), base, access, request.param)


def ends_well(stack: Stack, person: Person, video_id: str, film: Path) -> None:
    assert person.ended(video_id)["status"] == "ready"
    assert names_in(person.zip(video_id)) == FILES
    assert stack.source_sha256(video_id) == hashlib.sha256(film.read_bytes()).hexdigest()
    assert not stack.footing.half_written()


def half_sent(window: Window, line: Proxy, film: Path) -> None:
    """Choose a file, and wait until half of it is through a narrow line."""
    line.narrow(RATE_BYTES_S)
    window.choose(film)
    has_come(line, HALF_BYTES)


def has_come(line: Proxy, more_bytes: int) -> None:
    until_bytes = line.came_bytes + more_bytes
    eventually(lambda: line.came_bytes >= until_bytes or None, f"{more_bytes} bytes more")


def newest(person: Person) -> str:
    found = person.http.get("videos/").raise_for_status().json()["results"]
    return str(found[0]["id"])


def test_a_whole_video(stack: Stack, person: Person, window: Window, film: Path) -> None:
    window.choose(film)
    video_id = window.finished()
    assert window.outcome()["share"] == 1
    ends_well(stack, person, video_id, film)


def test_a_pause(stack: Stack, person: Person, window: Window, line: Proxy, film: Path) -> None:
    half_sent(window, line, film)
    window.pause()
    window.go_on()
    video_id = window.finished()
    ends_well(stack, person, video_id, film)
    assert line.came_bytes - film.stat().st_size <= CHUNK_BYTES + REST_BYTES


def test_cuts_in_the_middle(
    stack: Stack, person: Person, window: Window, line: Proxy, film: Path
) -> None:
    half_sent(window, line, film)
    for _cut in range(2):
        line.cut()
        has_come(line, HALF_BYTES // 3)
    video_id = window.finished()
    ends_well(stack, person, video_id, film)


def test_the_same_file_after_the_page_was_loaded_again(
    stack: Stack, person: Person, window: Window, line: Proxy, film: Path
) -> None:
    half_sent(window, line, film)
    begun = newest(person)
    window.open()
    window.choose(film)
    video_id = window.finished()
    assert video_id == begun
    ends_well(stack, person, video_id, film)
    window.open()
    window.choose(film)
    assert window.finished() != begun  # what has ended is not gone on with


def test_an_end(stack: Stack, person: Person, window: Window, line: Proxy, film: Path) -> None:
    half_sent(window, line, film)
    begun = newest(person)
    window.end()
    eventually(lambda: person.http.get(f"videos/{begun}/").status_code == 404 or None, "it is gone")
    eventually(lambda: not stack.objects(begun) or None, "nothing of it stays")
    assert not window.outcome()["video"]
