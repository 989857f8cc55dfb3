"""The simulation sees what each guard is for: a mutant without it does not live."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.killing import PATCHES, check, first_rung

AT_LEAST = 14


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: str(patch.stem))
def test_a_mutant_can_still_be_made(patch: Path) -> None:
    assert check(patch) == ""
    assert first_rung(patch) in (1, 2)


def test_there_are_enough_mutants() -> None:
    assert len(PATCHES) >= AT_LEAST


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_no_mutant_lives() -> None:
    words = [sys.executable, "-m", "tests.simulation.mutants"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=7100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)  # noqa: T201
