"""The systemd units, looked at by systemd itself where it can."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from frameflow.variables import known_names
from tests.deploy.sources import DEPLOY
from tests.programs import required

FOLDER = DEPLOY / "systemd"
SHARED = FOLDER / "frameflow-.service.d" / "every.conf"
SERVICES = sorted(FOLDER.glob("*.service"))
UNITS = [file.name.replace("@.", "@1.") for file in SERVICES]
OF_PYTHON = {"PYTHONUNBUFFERED"}
TARGETS = Path("/usr/lib/systemd/system")
MOST_EXPOSED = 2.0  # of ten
GIVEN_UP = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
}


def values(key: str, *files: Path) -> list[str]:
    text = "\n".join(file.read_text() for file in files)
    return re.findall(rf"(?m)^{key}=(.+)$", text)


def environment(*files: Path) -> dict[str, str]:
    pairs = [pair for line in values("Environment", *files) for pair in line.split()]
    return dict(pair.split("=", 1) for pair in pairs)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system with the units installed, and a Python where they expect it."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree(FOLDER, root / "etc/systemd/system")
    (root / "usr/lib/systemd/system").mkdir(parents=True)
    for target in TARGETS.glob("*.target"):
        shutil.copy(target, root / "usr/lib/systemd/system")
    python = root / "opt/frameflow/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return root


def analyze(root: Path, *words: str) -> str:
    command = [required("systemd-analyze"), "--no-pager", *words]
    done = subprocess.run([*command, f"--root={root}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_systemd_understands_every_line(root: Path) -> None:
    analyze(root, "verify", "--man=no", "frameflow.target", *UNITS)


def test_a_slip_of_the_pen_would_be_seen(root: Path, tmp_path: Path) -> None:
    broken = tmp_path / "root"
    shutil.copytree(root, broken)
    unit = broken / "etc/systemd/system/frameflow-web.service"
    unit.write_text(unit.read_text().replace("Restart=", "Restrat="))
    with pytest.raises(AssertionError, match="Restrat"):
        analyze(broken, "verify", "--man=no", "frameflow-web.service")


@pytest.mark.parametrize("unit", UNITS)
def test_a_process_is_hardened(unit: str, root: Path) -> None:
    told = analyze(root, "security", "--offline=true", unit)
    [level] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert float(level) <= MOST_EXPOSED


def test_every_unit_gives_up_what_it_does_not_need() -> None:
    assert {key: values(key, SHARED)[0] for key in GIVEN_UP} == GIVEN_UP
    assert "\nCapabilityBoundingSet=\n" in SHARED.read_text()


@pytest.mark.parametrize("service", SERVICES, ids=lambda file: file.name)
def test_every_name_in_a_unit_is_known(service: Path) -> None:
    given = environment(SHARED, service)
    assert set(given) - OF_PYTHON <= known_names()
    [command] = values("ExecStart", service)
    assert re.fullmatch(r"/opt/frameflow/\.venv/bin/python manage\.py (\S+).*", command)
    assert command.split()[2] in get_commands()
    credentials = {line.partition(":")[0] for line in values("LoadCredential", SHARED, service)}
    files = {value for name, value in given.items() if name.endswith("_FILE")}
    assert files == {f"%d/{name}" for name in credentials}


def test_every_name_in_the_example_is_known() -> None:
    lines = (FOLDER / "environment.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if line and line[0] != "#"}
    assert named <= known_names()


def test_a_worker_holds_no_key_and_ends_its_run() -> None:
    worker = FOLDER / "frameflow-worker@.service"
    held = {line.partition(":")[0] for line in values("LoadCredential", SHARED, worker)}
    assert held == {"redis_url", "s3_secret_access_key", "processing_database_url"}
    assert environment(worker)["FRAMEFLOW_CONTEXTS"] == "processing"
    assert values("KillMode", SHARED) == ["mixed"]


def test_the_target_wants_units_that_are_there() -> None:
    [wanted] = values("Wants", FOLDER / "frameflow.target")
    [needed] = values("Requires", FOLDER / "frameflow.target")
    names = {re.sub(r"@\d+\.", "@.", each) for each in [*wanted.split(), needed]}
    assert names == {file.name for file in SERVICES}
