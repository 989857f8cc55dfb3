"""One system whose Postgres, Redis and bucket can each be taken away, and people who use it."""

import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from frameflow.contexts import CONTEXTS
from tests.e2e.client import Person
from tests.e2e.ground import Ground, standing
from tests.e2e.stack import Stack
from tests.proxy import Proxy, proxy_before
from tests.waiting import eventually

NAMES = ("web", "bus", "worker-1", "worker-2")
PARTS = {
    "postgres": tuple(context.url_variable for context in CONTEXTS),
    "redis": ("REDIS_URL",),
    "store": ("S3_ENDPOINT_URL",),
}
PAGES = ("/", "/videos/", "/settings/")
API = ("/api/v1/", "/api/v1/videos/", "/api/v1/limits/")
PUBLIC = ("/login/", "/signup/", "/password/reset/", "/admin/login/", "/api/v1/docs/", "/healthz")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.e2e.outage_settings"}
SLOWEST_S = 45.0
#: An MP4 may end with a box that says nothing; so the first half is more than one read of a form.
FREE_BOX = struct.pack(">I4s", 2 * 1024 * 1024, b"free") + bytes(2 * 1024 * 1024 - 8)


@dataclass
class Doors:
    """Asks everything again and again, and remembers what was wrong with the answers."""

    base: str
    person: Person
    browser: httpx.Client
    ready: str
    seen: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def ask_until(self, over: threading.Event) -> None:
        """Go round the doors as a person with a browser, and as a visitor."""
        with httpx.Client(base_url=self.base, timeout=SLOWEST_S) as visitor:
            for client, path in cycle(self._rounds(visitor)):
                if over.is_set():
                    return
                self._ask(client, path)

    def _rounds(self, visitor: httpx.Client) -> list[tuple[httpx.Client, str]]:
        page, api = f"/videos/{self.ready}/", f"/api/v1/videos/{self.ready}/"
        asked = {
            visitor: (*PUBLIC, "/readyz"),
            self.browser: (*PAGES, page, f"{page}frames/"),
            self.person.http: (*API, api, f"{api}zip/", f"{api}frames/1/image/"),
        }
        return [(client, path) for client, paths in asked.items() for path in paths]

    def _ask(self, client: httpx.Client, path: str) -> None:
        began_s = time.monotonic()
        answer = client.get(f"{self.base}{path}")
        took_s = time.monotonic() - began_s
        self.seen[answer.status_code] += 1
        if path == "/healthz" and answer.status_code != 200:
            self.wrong.append(f"{path}: {answer.status_code}")
        if path == "/readyz" and took_s > 5:  # two seconds, and two busy cores
            self.wrong.append(f"{path}: {took_s:.1f} s")
        self.wrong += [f"{path}: {each}" for each in faults(answer)]


def faults(answer: httpx.Response) -> Iterator[str]:
    """Yield what an answer must not be while a part is away."""
    if answer.status_code == 500 or "Traceback" in answer.text:
        yield f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code == 503:
        if "Retry-After" not in answer.headers:
            yield "503 without Retry-After"
        if "/readyz" not in str(answer.url) and "Your videos are safe." not in answer.text:
            yield f"503 without words: {answer.text[:300]}"


@contextmanager
def browser_of(person: Person) -> Iterator[httpx.Client]:
    """Log in at the page, as a browser without JavaScript."""
    origin = person.http.base_url.join("/")
    with httpx.Client(base_url=origin, timeout=SLOWEST_S) as browser:
        browser.get("/login/").raise_for_status()
        form = {
            "username": person.account["email"],
            "password": person.account["password"],
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        assert browser.post("/login/", data=form).status_code == 302
        yield browser


class LateUpload(threading.Thread):
    """Begins to send a video, and sends the rest when it is told to."""

    def __init__(self, person: Person, clip: Path) -> None:
        super().__init__(daemon=True)
        self._person, self._data = person, clip.read_bytes() + FREE_BOX
        self.name = f"late-{uuid4().hex}.mp4"
        self.rest = threading.Event()
        self.answer: httpx.Response | None = None

    def run(self) -> None:
        edge = uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{self.name}"\r\n'
            "Content-Type: video/mp4\r\n\r\n"
        ).encode()
        tail = f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Content-Length": str(len(head) + len(self._data) + len(tail)),
        }
        headers["Authorization"] = self._person.http.headers["Authorization"]
        address = self._person.http.base_url.join("videos/")
        self.answer = httpx.post(
            address, content=self._pieces(head, tail), headers=headers, timeout=90
        )

    def _pieces(self, head: bytes, tail: bytes) -> Iterator[bytes]:
        half = len(self._data) // 2
        yield head + self._data[:half]
        self.rest.wait(60)
        yield self._data[half:] + tail


@dataclass
class Fragile:
    """The system, and the proxy before each part."""

    stack: Stack
    proxies: dict[str, Proxy]

    def has_begun(self, upload: LateUpload) -> bool:
        """Return whether the bytes of an upload have a row."""
        return bool(self.stack.row("upload", "SELECT 1 FROM video WHERE name = %s", upload.name))

    def taken_away(self, part: str, how: str) -> None:
        getattr(self.proxies[part], how)()

    def given_back(self, part: str) -> None:
        self.proxies[part].pass_on()

    def ended(self) -> dict[str, Any]:
        """Return the processes that are no more."""
        running = self.stack.processes.items()
        return {name: each.poll() for name, each in running if each.poll() is not None}

    def tracebacks(self) -> list[str]:
        """Return the lines of the log with one; RQ's worker has its own, of Redis, in red."""
        logs = [self.stack.folder / "logs" / f"{name}.log" for name in ("web", "bus")]
        lines = [line for log in logs for line in log.read_text().splitlines()]
        return [line[:600] for line in lines if "Traceback" in line]


@contextmanager
def fragile_system(folder: Path) -> Iterator[Fragile]:
    """Run the product behind proxies until the end of the block."""
    with ExitStack() as stack:
        footing = stack.enter_context(standing(Ground(store="s3"), folder))
        environment, proxies = dict(footing.environment), {}
        for part, names in PARTS.items():
            proxy = stack.enter_context(proxy_before(environment[names[0]]))
            environment |= {name: proxy.before(environment[name]) for name in names}
            proxies[part] = proxy
        system = Stack(folder, replace(footing, environment=environment), **SETTINGS)
        stack.callback(system.stop)
        assert system.manage("migrate", "-v0").returncode == 0
        for name in NAMES:
            system.start(name)
        eventually(system.ready, "the product is ready")
        yield Fragile(system, proxies)
