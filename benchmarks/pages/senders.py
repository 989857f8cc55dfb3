"""Three ways to send a video from a browser: our own page, and two clients that others wrote."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Error, Page

from tests.clients.rivals import TUS, UPPY, Access, Rival, Window

VIDEO: Final = re.compile(r"/videos/([0-9a-f-]{36})/")


class Sender(ABC):
    """A page that sends one file, as a person sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def open(self) -> None:
        """Open the page, or load it again."""

    @abstractmethod
    def choose(self, file: Path) -> None:
        """Choose a file; it is sent at once."""

    @abstractmethod
    def video_id(self) -> str:
        """Return the id of the video once all of it is sent; empty before."""

    @abstractmethod
    def gave_up(self) -> str:
        """Return what the page says where it will not go on alone; empty while it does."""


class OurPage(Sender):
    """The start page, by what can be seen of it."""

    def __init__(self, page: Page, base: str) -> None:
        super().__init__(page)
        self._base = base
        page.on("dialog", lambda dialog: dialog.accept())  # "Leave this page?"
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self._base}/")

    def choose(self, file: Path) -> None:
        self.page.locator("#file").set_input_files(file)

    def video_id(self) -> str:
        found = VIDEO.search(self.page.url)
        return found[1] if found else ""

    def gave_up(self) -> str:
        if self.video_id():
            return ""
        try:
            alerts = self.page.locator("main [role=alert]:visible").all_inner_texts()
        except Error:  # the next page is coming
            return ""
        return " ".join(each.strip() for each in alerts).strip()


class OfOthers(Sender):
    """A client of others with its defaults."""

    def __init__(self, page: Page, base: str, access: Access, rival: Rival) -> None:
        super().__init__(page)
        self._window = Window(page, base, access, rival, rival.by_default)

    def open(self) -> None:
        self._window.open()

    def choose(self, file: Path) -> None:
        self._window.choose(file)

    def video_id(self) -> str:
        found = VIDEO.search(self._window.outcome()["video"])
        return found[1] if found else ""

    def gave_up(self) -> str:
        return str(self._window.outcome()["error"])


#: A sender on a fresh page, behind a base, for somebody who is logged in there.
Make = Callable[[Page, str, Access], Sender]
SENDERS: Final[dict[str, Make]] = {
    "our page": lambda page, base, _access: OurPage(page, base),
    "tus-js-client": lambda page, base, access: OfOthers(page, base, access, TUS),
    "Uppy": lambda page, base, access: OfOthers(page, base, access, UPPY),
}
