"""Where the running servers are: `servers.json` in the data folder, while they run."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

NAME = "servers.json"


def running(data_dir: Path) -> Mapping[str, str]:
    """Return the URLs of the servers that run for a data folder, by variable name.

    Five `<CONTEXT>_DATABASE_URL`, `ADMIN_DATABASE_URL` (the superuser), `REDIS_URL`; `WEB_URL`
    while the web process is supervised. Empty where nobody runs them or we may not know.
    """
    try:
        found: dict[str, Any] = json.loads((data_dir / NAME).read_text())
        alive = _birth(found.pop("pid")) == found.pop("born")
    except (OSError, ValueError, KeyError):
        return {}
    return found if alive else {}


def announce(data_dir: Path, urls: Mapping[str, str]) -> None:
    """Say that we run these servers; replaces what was said before."""
    draft = data_dir / f"{NAME}.new"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({**urls, "pid": os.getpid(), "born": _birth(os.getpid())}, file, indent=1)
    draft.replace(data_dir / NAME)


def withdraw(data_dir: Path) -> None:
    """Say that they run no longer."""
    (data_dir / NAME).unlink(missing_ok=True)


def _birth(pid: int) -> int:
    """Return when a process began, in clock ticks: its number alone may have a new owner.

    Zero where the system has no /proc. Raises OSError when the process is gone.
    """
    with suppress(PermissionError):  # alive, and somebody else's
        os.kill(pid, 0)
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return 0
    return int(stat.read_text().rpartition(")")[2].split()[19])
