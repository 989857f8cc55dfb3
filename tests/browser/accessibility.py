"""axe over a page: WCAG 2.2 A and AA, and best practice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def faults(page: Page) -> list[str]:
    """Return what is wrong, one for each place: rule, element, and what to do."""
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
