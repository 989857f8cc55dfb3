"""How long a person waits, in a real browser: from a drop to what is seen of it, from an upload to
the first frames, from a stream that is asked for to its first byte, from a server that is back to a
page that is live; and what a large download adds to the web process."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import psutil
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.pages.uploads import Ground
from tests import media
from tests.browser.test_journeys import idle_worker
from tests.browser.test_live import streams
from tests.waiting import eventually

MB: Final = 10**6
LINE: Final = "{:<44}{:>10}  {:<4}{}"
#: From the choice to the frame in which the browser has painted the file's row.
PAINTED: Final = """() => {
  const input = document.getElementById('file');
  window.painted = new Promise((resolve) => input.addEventListener('change', () => {
    const began = performance.now();
    const look = () => requestAnimationFrame(() => document.querySelector('.sending')
      ? setTimeout(() => resolve(performance.now() - began)) : look());
    look();
  }, { capture: true }));
}"""

IS_SEEN: Final = "() => document.querySelector('.gallery img')?.naturalWidth > 0"


def moments(ground: Ground, scratch: Path, rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Measure each so often; yield its name, and the median with its unit and all of them."""
    grain = media.make_video(
        scratch / "grain.mp4", seconds=90, fps=1, size=(1920, 1080), gop=10, grain=20
    )
    measures: dict[str, tuple[str, Callable[[Page], float]]] = {
        "chosen, until it is seen": ("ms", lambda page: feedback_ms(page, ground.film)),
        "uploaded, until the first frame is seen": ("s", lambda page: first_frame_s(page, grain)),
        "stream asked for, until its first byte": ("ms", lambda page: first_byte_ms(page.context)),
        "web process back, until a page is live": ("s", lambda page: live_again_s(page, ground)),
        "memory that a large download adds": ("MB", lambda page: download_mb(page, ground, grain)),
    }
    for name, (unit, measure) in measures.items():
        seen = [_on_a_page(ground, measure) for _round in range(rounds)]
        rounded = [round(each, 2) for each in seen]
        print(LINE.format(name, round(median(seen), 2), unit, rounded), flush=True)
        yield name, {"median": median(seen), "unit": unit, "rounds": seen}


def _on_a_page(ground: Ground, measure: Callable[[Page], float]) -> float:
    context = ground.browser.new_context(locale="en-US", base_url=ground.stack.base)
    try:
        ground.access.give(context, ground.stack.base)
        page = context.new_page()
        page.goto("/")
        return measure(page)
    finally:
        context.close()
        ground.clear()


def feedback_ms(page: Page, film: Path) -> float:
    """Choose a file; return the milliseconds until its row is painted."""
    page.evaluate(PAINTED)
    page.locator("#file").set_input_files(film)
    return float(page.evaluate("window.painted"))


def first_frame_s(page: Page, film: Path) -> float:
    """Send a film whose frames are large; return the seconds from its page to the first one."""
    _sent(page, film, "2")
    arrived_s = time.monotonic()
    page.wait_for_function(IS_SEEN, timeout=60_000)
    return time.monotonic() - arrived_s


def first_byte_ms(context: BrowserContext) -> float:
    """Ask for the stream of events; return the milliseconds until it says something."""
    cookies = {each["name"]: each["value"] for each in context.cookies()}
    (page,) = context.pages
    began_s = time.monotonic()
    with httpx.stream("GET", f"{page.url}api/v1/events/", cookies=cookies) as answer:
        next(answer.raise_for_status().iter_raw())
        return 1000 * (time.monotonic() - began_s)


def live_again_s(page: Page, ground: Ground) -> float:
    """Kill the web process under a page; return the seconds from its return to a new stream."""
    opened = streams(page)
    with idle_worker(ground.stack):
        _sent(page, ground.film, "2")
        eventually(lambda: page.evaluate("1") and opened, "the page is live")
        ground.stack.kill("web")
        expect(page.get_by_text("Live updates paused. Trying again…")).to_be_visible()
        opened.clear()
        ground.stack.start("web")
        eventually(ground.stack.ready, "the web process is back")
        back_s = time.monotonic()
        eventually(lambda: page.evaluate("1") and opened, "the page is live again")
        return time.monotonic() - back_s


def download_mb(page: Page, ground: Ground, film: Path) -> float:
    """Download a large ZIP; return the megabytes by which the web process grew (PSS)."""
    _sent(page, film, "0.25")
    video_id = page.url.rstrip("/").rpartition("/")[2]
    ground.person.log_in()
    zip_bytes = ground.person.ended(video_id, patience_s=300)["result"]["zip_bytes"]
    web = psutil.Process(ground.stack.processes["web"].pid)
    before_bytes = most_bytes = web.memory_full_info().pss
    came_bytes = 0
    with ground.person.http.stream("GET", f"videos/{video_id}/zip/") as answer:
        for number, chunk in enumerate(answer.iter_bytes(1 << 20)):
            came_bytes += len(chunk)
            if number % 20 == 0:
                most_bytes = max(most_bytes, web.memory_full_info().pss)
    if came_bytes != zip_bytes:
        raise ValueError(f"{came_bytes} of {zip_bytes} bytes came")
    print(f"    a ZIP of {zip_bytes / MB:.0f} MB")
    return float((most_bytes - before_bytes) / MB)


def _sent(page: Page, film: Path, interval: str) -> None:
    page.get_by_text("Options: one frame every").click()
    page.get_by_label("Seconds between frames").fill(interval)
    page.locator("[name=format]").select_option("png")
    page.locator("#file").set_input_files(film)
    address = re.compile("/videos/[0-9a-f-]{36}/")
    page.wait_for_url(address, timeout=60_000, wait_until="commit")
