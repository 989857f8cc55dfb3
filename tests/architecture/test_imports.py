"""Who may import whom: the contracts of pyproject.toml, kept here and seen to break in a copy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.planted import NEW_ROOMS, PLANTED, Planted
from tests.architecture.source import ROOT, module_of

LINT = Path(sys.executable).with_name("lint-imports")


def lint(tree: Path) -> "subprocess.CompletedProcess[str]":
    """Run the linter over a tree that holds frameflow/, apps/ and pyproject.toml."""
    command = [str(LINT), "--no-cache"]
    environment = {"PYTHONPATH": str(tree), "COLUMNS": "400", "NO_COLOR": "1", "PATH": "/usr/bin"}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)


def copy_of(root: Path, target: Path) -> Path:
    """Copy what the linter reads."""
    for package in ("frameflow", "apps"):
        for path in (root / package).rglob("*.py"):
            copied = target / path.relative_to(root)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copied)
    shutil.copy(root / "pyproject.toml", target)
    return target


def plant(tree: Path, planted: Planted) -> None:
    """Write the import into the file, where the language allows it."""
    path = next(
        path for path in tree.rglob("*.py") if module_of(path.relative_to(tree)) == planted.importer
    )
    path.write_text(f"{path.read_text()}\n\nimport {planted.imported}\n")


def complaints(output: str) -> dict[str, str]:
    """Return what the linter says about each broken contract, by its name."""
    _, _, report = output.partition("Broken contracts")
    parts = re.split(r"^(.+)\n-+$", report, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says about a copy with every forbidden import in it."""
    tree = copy_of(ROOT, tmp_path_factory.mktemp("copy"))
    for planted in PLANTED:
        plant(tree, planted)
    for room, _ in NEW_ROOMS:
        (tree / f"{room.replace('.', '/')}.py").write_text('"""New here."""\n')
    result = lint(tree)
    assert result.returncode == 1, result.stdout + result.stderr
    return complaints(result.stdout)


def test_every_import_contract_is_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.id)
def test_the_linter_objects_to_a_forbidden_import(planted: Planted, broken: dict[str, str]) -> None:
    said = broken.get(planted.contract, "nothing")
    seen = re.search(rf"^.*{re.escape(planted.importer)} -> {_package_of(planted)}.*$", said, re.M)
    assert seen, f"{planted.contract} says: {said}"


@pytest.mark.parametrize(("room", "contract"), NEW_ROOMS)
def test_the_linter_objects_to_a_new_room(room: str, contract: str, broken: dict[str, str]) -> None:
    assert room.rpartition(".")[2] in broken.get(contract, "nothing")


def test_every_contract_has_an_import_that_breaks_it() -> None:
    contracts = re.findall(
        r'^name = "(.+)"',
        (ROOT / "pyproject.toml").read_text().split("[tool.importlinter]")[1],
        re.M,
    )
    assert set(contracts) == {planted.contract for planted in PLANTED}


def _package_of(planted: Planted) -> str:
    """The linter names only the top package of what is not ours."""
    top = planted.imported.partition(".")[0]
    return re.escape(planted.imported if top in {"apps", "frameflow"} else top) + r"\b"
