"""The tree: contexts, rooms, names and sizes."""

import re
from pathlib import Path

import pytest

from frameflow.contexts import CONTEXTS
from tests.architecture.source import ROOT

ROOMS = {
    "apps", "models", "exceptions", "services", "selectors", "handlers", "schedule", "jobs",
    "admin", "api", "migrations", "management", "views", "forms", "urls",
}  # fmt: skip
DATA = {"templates", "static", "README"}
ROOMS_OF_THEIR_OWN = {
    "upload": {"receiving", "transitions"},
    "processing": {"extraction", "transitions"},
    "download": {"archive"},
    "orchestration": {"saga"},
}
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "misc"}
MAX_LINES = 300


def ours() -> list[Path]:
    """Return every Python file of the project."""
    folders = ("frameflow", "apps", "tests", "benchmarks")
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_every_folder_of_apps_is_a_context_and_every_context_a_folder() -> None:
    folders = {path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")}
    others = {path.name for path in (ROOT / "apps").iterdir() if path.is_dir()} - folders
    assert folders == {context.name for context in CONTEXTS}
    assert others <= {"__pycache__"}


@pytest.mark.parametrize("context", [context.name for context in CONTEXTS])
def test_a_context_has_known_rooms_only(context: str) -> None:
    names = {path.stem for path in (ROOT / "apps" / context).iterdir()}
    known = ROOMS | DATA | ROOMS_OF_THEIR_OWN.get(context, set()) | {"__init__", "__pycache__"}
    assert names <= known


def test_nothing_is_called_utils() -> None:
    named = [path for path in ours() if NO_NAMES & {*path.relative_to(ROOT).parts, path.stem}]
    assert not named


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = [path.name for path in ours() if len(path.read_text().splitlines()) > MAX_LINES]
    assert not long


def test_the_tests_of_a_context_can_leave_with_it() -> None:
    names = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert {context.name for context in CONTEXTS} <= names


def test_the_guard_of_the_tables_is_in_force(request: pytest.FixtureRequest) -> None:
    assert "each_context_keeps_to_its_own_tables" in request.fixturenames


def test_only_relevant_words_silence_the_linters() -> None:
    bare = re.compile(r"#\s*(noqa|type:\s*ignore)\s*$")
    silent = [
        f"{path.name}:{number}"
        for path in ours()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert not silent
