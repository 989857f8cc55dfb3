"""The same file over the same line, with the same troubles, sent in each of the three ways."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Error, sync_playwright

from benchmarks.pages.senders import SENDERS
from benchmarks.pages.troubles import RATE_BYTES_S, TROUBLES, Course, GaveUp
from tests import programs
from tests.clients.rivals import Access
from tests.e2e.client import Person
from tests.e2e.films import MIB
from tests.e2e.stack import Stack
from tests.proxy import proxy_before
from tests.waiting import eventually

#: More than what a page asks beside sending.
SOME_BYTES: Final = 256 * 1024


@dataclass(frozen=True)
class Seen:
    """One upload. `again_bytes` counts what the browser said beyond the file, headers too; the
    seconds are from the end of the trouble to the next bytes, and to all of them."""

    again_bytes: int
    cuts: int
    goes_on_s: float | None
    done_s: float | None
    is_same: bool
    said: str


@dataclass(frozen=True)
class Ground:
    """Where all uploads take place."""

    stack: Stack
    browser: Browser
    person: Person
    access: Access
    film: Path

    @contextmanager
    def course(self, way: str) -> Iterator[Course]:
        """Give a fresh browser on a fresh line, in which nothing is sent yet."""
        context = self.browser.new_context(locale="en-US")
        with proxy_before(self.stack.base) as line:
            line.narrow(RATE_BYTES_S)
            base = f"http://127.0.0.1:{line.port}"
            self.access.give(context, base)
            try:
                sender = SENDERS[way](context.new_page(), base, self.access)
                yield Course(self.stack, line, sender, self.film)
            finally:
                context.close()

    def clear(self) -> None:
        """Remove what was sent, so that every upload finds the same place."""
        eventually(self.stack.ready, "the product is ready")
        self.person.log_in()  # what it shows lasts a few minutes
        for each in self.person.http.get("videos/").raise_for_status().json()["results"]:
            self.person.http.delete(f"videos/{each['id']}/").raise_for_status()


@contextmanager
def standing(stack: Stack, film: Path) -> Iterator[Ground]:
    """Open a browser, and make somebody who sends."""
    with Person(stack) as person, sync_playwright() as playwright:
        path = programs.PROGRAMS["chromium"].provide()
        browser = playwright.chromium.launch(executable_path=path)
        yield Ground(stack, browser, person, Access.of(person), film)
        browser.close()


def sent(ground: Ground, way: str, trouble: str) -> Seen:
    """Send the film once, with a trouble on the way."""
    with ground.course(way) as course:
        begun_bytes = course.line.came_bytes
        course.sender.choose(ground.film)
        try:
            TROUBLES[trouble](course)
            seen = _waited(course)
        except (GaveUp, Error) as end:
            seen = {"goes_on_s": None, "done_s": None, "said": str(end)}
        again_bytes = course.line.came_bytes - begun_bytes - course.film_bytes
        is_same = seen["done_s"] is not None and _is_same(ground, course.sender.video_id())
        found = Seen(again_bytes=max(again_bytes, 0), cuts=course.cuts, is_same=is_same, **seen)
    ground.clear()
    return found


def _waited(course: Course) -> dict[str, Any]:
    """Wait until all is sent; return the seconds until it went on, and until it was done."""
    began_s, mark = time.monotonic(), course.line.came_bytes + SOME_BYTES
    course.until(lambda: course.line.came_bytes >= mark or course.is_sent())
    goes_on_s = time.monotonic() - began_s
    course.until(course.is_sent)
    return {"goes_on_s": goes_on_s, "done_s": time.monotonic() - began_s, "said": ""}


def _is_same(ground: Ground, video_id: str) -> bool:
    digest = hashlib.sha256(ground.film.read_bytes()).hexdigest()
    try:
        ground.person.log_in()
        is_ready = ground.person.ended(video_id)["status"] == "ready"
    except httpx.HTTPError:
        return False
    return is_ready and ground.stack.source_sha256(video_id) == digest


def told(rounds: Sequence[Seen]) -> dict[str, Any]:
    """Return the medians of some rounds, and the rounds themselves."""
    done = [each for each in rounds if each.done_s is not None]
    again = [each.again_bytes / MIB / max(each.cuts, 1) for each in done]
    return {
        "rounds": [asdict(each) for each in rounds],
        "alone": len(done),
        "same": sum(each.is_same for each in rounds),
        "again_mib": round(median(again), 2) if done else None,
        "goes_on_s": round(median(each.goes_on_s or 0 for each in done), 1) if done else None,
        "done_s": round(median(each.done_s or 0 for each in done), 1) if done else None,
        "said": next((each.said for each in rounds if each.said), ""),
    }
