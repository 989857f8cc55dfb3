"""The documents and the code say the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from frameflow.contexts import CONTEXTS
from frameflow.contracts import message_classes

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "apps/*/README.md") for page in ROOT.glob(pattern)
)
READERS = sorted(
    file for room in ("settings", "embedded") for file in (ROOT / "frameflow" / room).glob("*.py")
)
MAX_README_LINES = 60

_NAME = re.compile(r"[A-Z][A-Z0-9_]+")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def names_read(file: Path) -> Iterator[str]:
    """Yield the variables that a module asks `env` or a mapping called environ for."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
            yield from _names([node.slice])
        if isinstance(node, ast.Call):
            asked = ast.unparse(node.func)
            given = {ast.unparse(argument) for argument in node.args}
            if asked.startswith("env.") or "environ." in asked or "environ" in given:
                yield from _names(node.args)
                if asked == "env.secret":
                    yield from (f"{name}_FILE" for name in _names(node.args))


def _names(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and _NAME.fullmatch(str(node.value)):
            yield str(node.value)


def variables() -> set[str]:
    own = {context.url_variable for context in CONTEXTS}
    # `env.choice` names levels and words too, but those stand in lists, not as arguments.
    return own | {name for file in READERS for name in names_read(file)} - {"INFO"}


def test_the_search_finds_variables_of_every_kind() -> None:
    known = {"PORT", "REDIS_URL", "SECRET_KEY_FILE", "MAX_FRAMES", "ADMIN_EMAIL", "EMAIL_URL"}
    assert known <= variables()


@pytest.mark.parametrize("page", [".env.example", "docs/reference/configuration.md"])
def test_every_variable_is_documented(page: str) -> None:
    named = set(_NAME.findall((ROOT / page).read_text()))
    assert variables() - named == set()


def test_the_example_names_no_variable_that_nobody_reads() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    offered = {line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z_]+=", line)}
    assert offered - variables() - {"DJANGO_SETTINGS_MODULE"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_dead(page: Path) -> None:
    links = _LINK.findall(_CODE.sub("", page.read_text()))
    relative = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", [each.type for each in message_classes()])
def test_the_architecture_shows_every_message(name: str) -> None:
    assert name in (ROOT / "docs" / "architecture.md").read_text()


def test_the_readme_fits_one_screen() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MAX_README_LINES
