"""Windows at the product, each profile with cookies of its own, all watched."""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.watching import Watch

PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Account:
    """A person of the cast, with a session that is open."""

    id: str
    email: str
    session: str


class Visits:
    """Opens windows; `closing` closes them."""

    def __init__(self, browser: Browser, base: str, closing: ExitStack) -> None:
        self.browser, self.base, self.closing = browser, base, closing
        self.watches: list[Watch] = []

    def context(self, account: Account | None = None, **options: Any) -> BrowserContext:
        """Open a fresh profile, logged in as an account."""
        options = {"locale": "en-US", "reduced_motion": "reduce", **options}
        context = self.browser.new_context(base_url=self.base, **options)
        self.closing.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        self.watches.append(Watch(context))
        if account:
            context.add_cookies([{"name": "sessionid", "value": account.session, "url": self.base}])
        return context

    def page(self, account: Account | None = None, **options: Any) -> Page:
        """Open a window in a fresh profile."""
        return self.context(account, **options).new_page()

    def forgive(self, part: str) -> None:
        """Let the browser complain of what this test does on purpose."""
        for watch in self.watches:
            watch.forgiven.append(part)

    def complaints(self) -> list[str]:
        """Return what it complained of."""
        return [each for watch in self.watches for each in watch.rest()]
