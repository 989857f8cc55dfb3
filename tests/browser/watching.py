"""What a browser complains about while a test runs: nothing may be left unsaid."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError


class Watch:
    """Collects console messages, violations of the policy, and mistakes of our scripts."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.forgiven: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._script)

    def rest(self) -> list[str]:
        """Return what nobody forgave."""
        return [each for each in self.complaints if not any(w in each for w in self.forgiven)]

    def _console(self, message: ConsoleMessage) -> None:
        where = str(message.location.get("url", ""))
        if message.text.startswith("Failed to load resource") and _is_the_page(message.page, where):
            return  # the page itself answered 404 or 422, as the test wants
        self.complaints.append(f"{message.type}: {message.text} ({where})")

    def _script(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error.message}")


def _is_the_page(page: Page | None, where: str) -> bool:
    return page is not None and where.split("#")[0] == page.url.split("#")[0]
