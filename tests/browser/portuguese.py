"""English that was left on a page in Portuguese."""

import re
from functools import cache

import polib
from playwright.sync_api import Page

from frameflow.contexts import CONTEXTS
from tests.e2e.stack import ROOT

CATALOGUE = ROOT / "frameflow" / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]")
OURS = "Frame Flow"
#: Contexts and a table, by whose names support knows them.
NAMES = {*(context.name.capitalize() for context in CONTEXTS), "Frames"}
LONG = 12
TEXTS = """() => [
  ...document.body.innerText.split('\\n'),
  document.title,
  ...[...document.querySelectorAll('main *, header *, footer *')].flatMap((each) =>
    ['aria-label', 'title', 'placeholder', 'alt'].map((name) => each.getAttribute(name) ?? '')),
].map((each) => each.trim()).filter(Boolean)"""


def english_left_on(page: Page) -> list[str]:
    """Return the sentences of a page that stand in our catalogue in English."""
    names = {OURS, *(NAMES if "/admin/" in page.url else ())}
    texts: list[str] = page.evaluate(TEXTS)
    return [
        f"{text!r} is {english!r}"
        for text in texts
        for english, pattern in _sentences()
        if text not in names and pattern.search(text)
    ]


@cache
def _sentences() -> list[tuple[str, re.Pattern[str]]]:
    """Short ones must be the whole of a text, long ones a part of it; `{n}` stands for anything."""
    entries = polib.pofile(str(CATALOGUE))
    english = {
        each: _pattern(each)
        for entry in entries
        for each in (entry.msgid, entry.msgid_plural)
        if each and each not in {entry.msgstr, *entry.msgstr_plural.values()}
    }
    return [(each, pattern) for each, pattern in english.items() if pattern]


def _pattern(sentence: str) -> re.Pattern[str] | None:
    literal = PLACEHOLDER.sub("", sentence)
    if len(re.findall(r"[A-Za-z]", literal)) < 3:
        return None
    pattern = r"\S.*?".join(re.escape(part) for part in PLACEHOLDER.split(sentence))
    return re.compile(pattern if len(literal) >= LONG else f"^{pattern}$")
