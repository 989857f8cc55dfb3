"""Pictures of pages, and an index of them all; only where a folder is asked for."""

import html
import os
from pathlib import Path

from playwright.sync_api import Page

LOOKS = ("light", "dark", "narrow", "portuguese")
STYLE = """
body { font: 14px system-ui; margin: 1rem; color-scheme: light dark }
section { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem; align-items: start }
img { width: 100%; border: 1px solid gray }
"""


def folder() -> Path | None:
    """Return where pictures go; None where nobody wants them."""
    wanted = os.environ.get("SCREENSHOTS")
    return Path(wanted).resolve() if wanted else None


def shoot(page: Page, name: str, look: str) -> None:
    """Save a picture of the whole page."""
    if (into := folder()) is None:
        return
    into.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=into / f"{name}.{look}.png", full_page=True, animations="disabled")


def write_index() -> None:
    """Write a page that shows every picture, a row for each state."""
    if (into := folder()) is None:
        return
    into.mkdir(parents=True, exist_ok=True)
    names = sorted({path.name.split(".")[0] for path in into.glob("*.png")})
    rows = "".join(_row(name) for name in names)
    title = "Frame Flow: every page in every state"
    (into / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style><h1>{title}</h1>{rows}"
    )


def _row(name: str) -> str:
    pictures = "".join(
        f'<a href="{name}.{look}.png"><img src="{name}.{look}.png" alt="{look}" loading="lazy"></a>'
        for look in LOOKS
    )
    return f"<h2>{html.escape(name)}</h2><section>{pictures}</section>"
