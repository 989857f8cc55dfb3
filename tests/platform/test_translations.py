"""The catalogue of Brazilian Portuguese: whole, compiled, and true to its placeholders."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests import programs

ROOT = Path(__file__).parents[2]
FOLDER = Path("frameflow/locale/pt_BR/LC_MESSAGES")
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def kept() -> polib.POFile:
    """The catalogue of the project."""
    return polib.pofile(str(ROOT / FOLDER / "django.po"))


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """What `makemessages` collects from a copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("frameflow", "apps"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.mo")
        shutil.copytree(ROOT / name, copy / name, ignore=unwanted)
    shutil.copy(ROOT / "manage.py", copy)
    tools = str(Path(programs.required("gettext")).parent)
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=pt_BR", "--no-obsolete"],
        cwd=copy,
        env={
            **os.environ,
            "PATH": os.pathsep.join([os.environ["PATH"], tools]),
            "DJANGO_SETTINGS_MODULE": "frameflow.settings.test",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return polib.pofile(str(copy / FOLDER / "django.po"))


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def test_every_text_of_the_code_is_in_the_catalogue(
    kept: polib.POFile, collected: polib.POFile
) -> None:
    known = {key(entry) for entry in kept}
    assert [entry.msgid for entry in collected if key(entry) not in known] == []


def test_nothing_is_in_the_catalogue_that_no_code_says(
    kept: polib.POFile, collected: polib.POFile
) -> None:
    said = {key(entry) for entry in collected}
    assert [entry.msgid for entry in kept if key(entry) not in said] == []


def test_everything_is_translated_and_nothing_is_a_guess(kept: polib.POFile) -> None:
    assert len(kept) > 100
    assert [entry.msgid for entry in kept.untranslated_entries()] == []
    assert [entry.msgid for entry in kept.fuzzy_entries()] == []
    assert [entry.msgid for entry in kept.obsolete_entries()] == []


def test_what_is_compiled_is_what_is_written(kept: polib.POFile) -> None:
    compiled = polib.mofile(str(ROOT / FOLDER / "django.mo"))
    assert {key(each): _texts(each) for each in compiled} == {
        key(each): _texts(each) for each in kept
    }


def test_every_placeholder_is_kept(kept: polib.POFile) -> None:
    for entry in kept:
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in _texts(entry):
            found = set(PLACEHOLDER.findall(text))
            # "One frame" may leave out the number.
            assert found == wanted or (entry.msgid_plural and found <= wanted), entry.msgid


def test_no_text_holds_a_doubled_percent_sign(kept: polib.POFile) -> None:
    assert [entry.msgid for entry in kept if "%%" in entry.msgid] == []


def _texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]
