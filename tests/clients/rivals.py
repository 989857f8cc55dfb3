"""Clients of tus that others wrote, each in a window, as the documents tell people to use them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from playwright.sync_api import BrowserContext, Page, Route

from tests import scripts
from tests.e2e.client import Person
from tests.e2e.outage import browser_of
from tests.e2e.stack import ROOT

DOCUMENT: Final = ROOT / "docs" / "howto" / "resume-an-upload.md"
PATIENCE_MS: Final = 60_000
#: What the snippets leave to whoever pastes them.
AROUND: Final = """
const outcome = { share: 0, video: '', error: '' };
const show = (share) => { outcome.share = Math.max(outcome.share, share); };
const finish = (address) => { outcome.video = address; };
const fail = (error) => { outcome.error = String(error); };
"""
CHOSEN: Final = "const [file] = document.getElementById('file').files;"
PAGE: Final = """<!doctype html><html lang="en"><title>A page of the same site</title>
<form><input type="hidden" name="csrfmiddlewaretoken" value="{csrf}"></form>
<input type="file" id="file"></html>"""


@dataclass(frozen=True)
class Rival:
    """A package, and how its snippet is paused, continued and ended."""

    package: str
    holding: str
    pause: str
    go_on: str
    end: str

    @property
    def snippet(self) -> str:
        """Return what people paste."""
        blocks = re.findall(r"^```js\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S)
        [found] = [each for each in blocks if self.holding in each]
        return str(found)

    @property
    def by_default(self) -> str:
        """Return the snippet without the options that make the client more patient."""
        return re.sub(
            r"^ *(retryDelays|removeFingerprintOnSuccess):.*\n", "", self.snippet, flags=re.M
        )


TUS: Final = Rival(
    "tus-js-client", "new tus.Upload", "upload.abort()", "upload.start()", "upload.abort(true)"
)
UPPY: Final = Rival(
    "uppy", "new Uppy.Uppy", "uppy.pauseAll()", "uppy.resumeAll()", "uppy.cancelAll()"
)


@dataclass(frozen=True)
class Access:
    """What a person shows: a session's cookies, and an API token."""

    cookies: dict[str, str]
    token: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """Log a person in, and make a token."""
        wish = {"name": "of others", "scopes": ["write"]}
        made = person.http.post("auth/tokens/", json=wish)
        assert made.status_code == 201, made.text
        with browser_of(person) as browser:
            return cls(dict(browser.cookies), made.json()["key"])

    def give(self, context: BrowserContext, base: str) -> None:
        """Log a browser in."""
        cookies = [{"name": k, "value": v, "url": base} for k, v in self.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]


class Window:
    """A page of the product's own site, with a rival in it and nothing else."""

    def __init__(
        self, page: Page, base: str, access: Access, rival: Rival, snippet: str = ""
    ) -> None:
        self.page, self._access, self._rival = page, access, rival
        self._snippet = snippet or rival.snippet
        self._address = f"{base}/of-others/"
        page.route(self._address, self._serve)
        self.open()

    def _serve(self, route: Route) -> None:
        html = PAGE.format(csrf=self._access.cookies["csrftoken"])
        route.fulfill(body=html, content_type="text/html")

    def open(self) -> None:
        """Load the page, or load it again."""
        self.page.goto(self._address)
        self.page.add_script_tag(path=scripts.required(self._rival.package))
        self.page.add_script_tag(content=f"{AROUND} const token = '{self._access.token}';")

    def choose(self, file: Path) -> None:
        """Choose a file, and begin to send it."""
        self.page.locator("#file").set_input_files(file)
        self.page.add_script_tag(content=f"{CHOSEN}\n{self._snippet}")

    def pause(self) -> None:
        self.page.evaluate(self._rival.pause)

    def go_on(self) -> None:
        self.page.evaluate(f"void {self._rival.go_on}")

    def end(self) -> None:
        """Tell the client to end the upload, and to leave nothing of it."""
        self.page.evaluate(self._rival.end)

    def outcome(self) -> dict[str, Any]:
        """Return the share that was sent, the video's address, and what went wrong."""
        found: dict[str, Any] = self.page.evaluate("outcome")
        return found

    def finished(self, patience_ms: int = PATIENCE_MS) -> str:
        """Wait until all is sent; return the id of the video, or fail with the client's words."""
        self.page.wait_for_function("outcome.video || outcome.error", timeout=patience_ms)
        outcome = self.outcome()
        assert not outcome["error"], outcome["error"]
        return str(outcome["video"]).rstrip("/").rpartition("/")[2]
