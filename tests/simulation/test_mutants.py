"""The simulation sees what each guard is for: a mutant without it does not live."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.killing import PATCHES, breaks, check, first_rung
from tests.simulation.playing import promises_of
from tests.simulation.test_promises import BROKEN, STEPS

ALL = 21


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: str(patch.stem))
def test_a_mutant_can_still_be_made(patch: Path) -> None:
    assert check(patch) == ""
    assert first_rung(patch) in (1, 2)
    known = {words.partition(":")[0] for words in (*BROKEN, *STEPS)}
    assert known >= set(breaks(patch))


def test_no_mutant_is_missing() -> None:
    assert len(PATCHES) == ALL


def test_a_crash_breaks_no_promise() -> None:
    crash = 'Traceback (most recent call last):\n  File "x.py"\nKeyError: 1\nI9: nobody'
    assert promises_of(crash) == set()
    assert promises_of("I9: one was not told\nrest: a saga moved") == {"I9", "rest"}


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_no_mutant_lives() -> None:
    words = [sys.executable, "-m", "tests.simulation.mutants"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=7100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)  # noqa: T201
