"""A person who sends large videos over a line that can fail, and what the server has of them."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.films import MIB
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import eventually

CHUNK_BYTES = 5 * MIB
#: Heads of requests, and what else the page asks for meanwhile.
BESIDE_BYTES = 256 * 1024
VIDEO_PAGE = re.compile("/videos/[0-9a-f-]{36}/")
#: What the browser says of a server that is away, or does not answer as one wishes.
AWAY = ("net::ERR_", "status of 409", "status of 423")
LOST = "Connection lost. We keep what you sent and continue when it is back."
CONTINUES = re.compile(r"Continuing from (\d+)%")


def begin(page: Page, *films: Path) -> Locator:
    """Open the start page and choose files; returns their rows."""
    page.goto("/")
    page.locator("#file").set_input_files(list(films))
    return page.locator(".sending")


def has_come(proxy: Proxy, count_bytes: int) -> None:
    """Wait until so many more bytes have come through."""
    until = proxy.came_bytes + count_bytes
    eventually(lambda: proxy.came_bytes >= until or None, f"{count_bytes} bytes have come")


def under_way(page: Page, line: Proxy, film: Path, come_mib: int = 8) -> Locator:
    """Begin to send a film, and wait until so much of it has come; returns its row."""
    row = begin(page, film)
    has_come(line, come_mib * MIB)
    return row


def listen(page: Page) -> list[str]:
    """Return, as they come, the sentences that the page says aloud from the next time it loads."""
    said: list[str] = []
    page.expose_function("heard", lambda sentence: said.append(sentence))
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => new MutationObserver(() =>"
        " heard(document.getElementById('say').textContent))"
        ".observe(document.getElementById('say'), { childList: true }));"
    )
    return said


def arrives(page: Page, stack: Stack, film: Path, patience_s: float = 60) -> str:
    """Wait for the page of the video, of which the server has every byte; return its id."""
    page.wait_for_url(VIDEO_PAGE, timeout=1000 * patience_s, wait_until="commit")
    video_id = page.url.rstrip("/").rpartition("/")[2]
    assert stored(stack, video_id) == hashlib.sha256(film.read_bytes()).hexdigest()
    return video_id


def stored(stack: Stack, video_id: str) -> str:
    """Return the SHA-256 of the source that the store has of a video."""
    (key,) = stack.row("upload", "SELECT source_key FROM video WHERE id = %s", video_id) or ("",)
    return hashlib.sha256(b"".join(stack.footing.store.read(key))).hexdigest()


def acknowledged(stack: Stack, owner_id: str) -> int:
    """Return how much of the newest upload of a person is acknowledged; 0 where there is none."""
    query = "SELECT offset_bytes FROM video WHERE owner_id = %s ORDER BY created_at DESC"
    found = stack.row("upload", query, owner_id)
    return found[0] if found else 0


def free_offset(stack: Stack, owner_id: str) -> int | None:
    """Return what is acknowledged, once nobody writes any more."""
    query = "SELECT 1 FROM video WHERE owner_id = %s AND locked_until IS NULL"
    return acknowledged(stack, owner_id) if stack.row("upload", query, owner_id) else None


def ends_ready(page: Page) -> None:
    """Wait for the ZIP on the page of a video."""
    expect(page.get_by_role("link", name="Download ZIP")).to_be_visible(timeout=60_000)


@contextmanager
def away(proxy: Proxy) -> Iterator[None]:
    """The server is away within the block, and the line is wide afterwards."""
    proxy.refuse()
    try:
        yield
    finally:
        proxy.pass_on()
