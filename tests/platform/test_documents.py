"""The documents and the code say the same."""

import ast
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.extraction import page as costs
from frameflow.contracts import message_classes
from frameflow.operations.invariants import INVARIANTS
from frameflow.variables import SECTIONS, document, known_names
from frameflow.variables.kinds import Variable

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "apps/*/README.md") for page in ROOT.glob(pattern)
)
SOURCES = sorted(file for root in ("frameflow", "apps") for file in (ROOT / root).rglob("*.py"))
MAX_README_LINES = 60

_NAME = re.compile(r"[A-Z][A-Z0-9_]+")
_TEST = re.compile(r"([\w/]+\.py)::(\w+)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def names_asked_for(file: Path) -> Iterator[str]:
    """Yield the variables that a module asks a mapping called environ for by name."""
    for node in ast.walk(ast.parse(file.read_text())):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
            asked = [node.slice]
        if isinstance(node, ast.Call) and "environ." in ast.unparse(node.func):
            asked = node.args
        for each in asked:
            if isinstance(each, ast.Constant) and _NAME.fullmatch(str(each.value)):
                yield str(each.value)


def test_no_variable_is_read_that_is_not_declared() -> None:
    asked = {name for file in SOURCES for name in names_asked_for(file)}
    assert {"DJANGO_SETTINGS_MODULE", "FRAMEFLOW_DATA"} <= asked  # the search finds what is there
    assert asked - known_names() == set()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_declared_variable_is_read(section: ModuleType) -> None:
    room = section.__name__.rpartition(".")[2]
    source = "\n".join(file.read_text() for file in SOURCES)
    names = [name for name, value in vars(section).items() if isinstance(value, Variable)]
    unread = [name for name in names if not re.search(rf"\b{room}\.{name}\b", source)]
    assert set(unread) <= {"SETTINGS"}  # which Django reads itself


def test_the_page_about_the_variables_is_as_generated() -> None:
    assert (ROOT / "docs/reference/configuration.md").read_text() == document.page()


def test_the_example_file_is_as_generated() -> None:
    assert (ROOT / ".env.example").read_text() == document.example()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_dead(page: Path) -> None:
    links = _LINK.findall(_CODE.sub("", page.read_text()))
    relative = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not (page.parent / link).exists()] == []


def functions_of(file: Path) -> set[str]:
    """Return the names of the functions of a module."""
    found = ast.parse(file.read_text()).body if file.exists() else []
    return {each.name for each in found if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = _TEST.findall(page.read_text())
    files = {name: ROOT / "tests" / name.removeprefix("tests/") for name, _ in named}
    gone = [f"{name}::{test}" for name, test in named if test not in functions_of(files[name])]
    assert gone == []


def test_every_threat_names_the_test_that_shows_its_end() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    tables = re.findall(r"^\| attack \|.*?(?=^$)", text, re.MULTILINE | re.DOTALL)
    rows = [row for table in tables for row in table.strip().splitlines()[2:]]
    assert len(tables) >= 7
    assert len(rows) > 50
    assert [row for row in rows if not _TEST.search(row)] == []


@pytest.mark.parametrize("name", [each.type for each in message_classes()])
def test_the_architecture_shows_every_message(name: str) -> None:
    assert name in (ROOT / "docs" / "architecture.md").read_text()


def test_the_readme_fits_one_screen() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MAX_README_LINES


def test_the_page_about_costs_and_its_plots_are_as_made_from_what_was_measured() -> None:
    seen = json.loads(costs.KEPT.read_text())
    assert costs.PAGE.read_text() == costs.page(seen)
    assert costs.WAYS.read_text() == costs.ways_figure(seen)
    assert costs.CLIPS.read_text() == costs.clips_figure(seen)


def test_the_picture_of_the_frame_at_t_is_as_drawn() -> None:
    drawn = runpy.run_path(str(ROOT / "docs/figures/frame_at_t.py"))["picture"]()
    assert (ROOT / "docs/figures/frame-at-t.svg").read_text() == drawn


def test_the_page_about_delivery_has_a_row_for_each_invariant() -> None:
    text = (ROOT / "docs" / "discussions" / "delivery-guarantees.md").read_text()
    rows = re.findall(r"(?m)^\| (I\d+a?(?:, I\d+a?)*) \|", text)
    assert {name for row in rows for name in row.split(", ")} == set(INVARIANTS)
