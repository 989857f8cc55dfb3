"""One mutant: a copy of the tree, patched, and played until it breaks one of its promises.

A crash does not kill: whoever breaks the simulation has shown nothing of the promises."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.playing import promises_of

ROOT = Path(__file__).parents[3]
PATCHES = sorted(Path(__file__).parent.glob("*.patch"))
#: What a mutant has to be played with; and how many schedules it may live through on each rung.
PARTS = ("apps", "frameflow", "tests")
BUDGET = {1: 3000, 2: 400}
LIMIT_S = 1800.0


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a mutant: the rung that killed it (0: none) after so many schedules."""

    name: str
    rung: int
    schedules: int
    breach: str

    def __str__(self) -> str:
        if not self.rung:
            return f"{self.name:<32} LIVES through {self.schedules} schedules {self.breach}"
        by, told = ", ".join(sorted(promises_of(self.breach))), self.breach.splitlines()[0]
        where = f"rung {self.rung}, schedule {self.schedules:>4}"
        return f"{self.name:<32} {where}, by {by}: {told[:90]}"


def first_rung(patch: Path) -> int:
    """Return the rung that is to see a mutant first."""
    return int(_header(patch, "Rung", "[12]"))


def breaks(patch: Path) -> list[str]:
    """Return the promises of which a mutant is to break one."""
    return _header(patch, "Breaks", r"\w+(?:, \w+)*").split(", ")


def _header(patch: Path, name: str, form: str) -> str:
    found = re.search(rf"^{name}: ({form})$", patch.read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{patch.name} has no line {name}")
    return found[1]


def check(patch: Path) -> str:
    """Return why a patch does not apply to the tree; empty where it does."""
    asked = ["git", "apply", "--check", str(patch)]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stderr


@contextmanager
def mutated(patch: Path) -> Iterator[Path]:
    """Copy the tree, with the patch applied to the copy."""
    with TemporaryDirectory(prefix="frameflow-mutant-") as name:
        copy = Path(name)
        for part in PARTS:
            unwanted = shutil.ignore_patterns("__pycache__", "static", "e2e", "browser")
            shutil.copytree(ROOT / part, copy / part, ignore=unwanted)
        subprocess.run(["git", "apply", str(patch)], cwd=copy, check=True, timeout=60)
        yield copy


def kill(patch: Path) -> Fate:
    """Play a mutant, first on the rung that is to see it."""
    first = first_rung(patch)
    lived = 0
    with mutated(patch) as tree:
        for rung in (first, 3 - first):
            told = _played(tree, rung, breaks(patch))
            if told["breach"]:
                return Fate(name=patch.stem, rung=rung, **told)
            lived += told["schedules"]
    return Fate(name=patch.stem, rung=0, schedules=lived, breach="")


def _played(tree: Path, rung: int, wanted: list[str]) -> dict[str, object]:
    words = ["-m", "tests.simulation.mutants.child", str(rung), str(BUDGET[rung]), *wanted]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} in a mutant: {done.stderr[-2000:]}")
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told
