"""A person at a window, whose clicks, keys and filled fields are counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Download, Locator, Page


@dataclass
class Hand:
    """Acts on a page as a person does, and counts it."""

    page: Page
    clicks: int = 0
    keys: int = 0
    fields: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let Chromium tell of dialogs of files from the start: told at the last moment, it may
        open one that nobody hears of."""
        self.page.on("filechooser", lambda dialog: None)

    def click(self, name: str, role: str = "button") -> None:
        """Click what is called so in the content of the page."""
        self.clicks += 1
        self._called(name, role).click()

    def choose(self, name: str, file: Path) -> None:
        """Click the button that opens the dialog of files, and take one."""
        self.clicks += 1
        with self.page.expect_file_chooser() as dialog:
            self.page.get_by_text(name, exact=True).click()
        dialog.value.set_files(file)

    def type(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.fields.append(label)
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, key: str) -> None:
        """Press one key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type into what has the focus: what it says is no matter of the page."""
        self.fields.append(text)
        self.page.keyboard.type(text)

    def go_to(self, name: str, most: int = 12) -> None:
        """Press Tab until something of this name has the focus."""
        for _ in range(most):
            if self.page.evaluate(FOCUSED) == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} is not reached by {most} presses of Tab")

    def skip(self) -> None:
        """Jump over the head of the page, as keyboard users do, where the browser has not yet."""
        self.press("Tab")
        if self.page.evaluate(FOCUSED) == "Skip to the content":
            self.press("Enter")

    def saves(self, act: Callable[[], None]) -> Download:
        """Do what starts a download; return it."""
        with self.page.expect_download() as download:
            act()
        return download.value

    def _called(self, name: str, role: str) -> Locator:
        return self.page.locator("main").get_by_role(role, name=name)  # type: ignore[arg-type]


FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.labels?.[0]?.textContent ?? here.getAttribute('aria-label');
  return (label ?? here.textContent).trim();
}"""
