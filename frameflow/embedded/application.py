"""What runs beside the servers: web, bus and workers, as configured by the environment."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from frameflow.embedded import children
from frameflow.embedded.folder import PROJECT_DIR, DataFolder
from frameflow.variables import process, web

MANAGE = (sys.executable, str(PROJECT_DIR / "manage.py"))
WILDCARDS = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the web process listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """A host under which this machine reaches it."""
        host = "127.0.0.1" if self.host in WILDCARDS else self.host
        return f"[{host}]" if ":" in host else host

    @property
    def url(self) -> str:
        return f"http://{self.reachable_host}:{self.port}"


def address(environ: Mapping[str, str]) -> Address:
    """Return HOST and PORT, by default 127.0.0.1 and 8000."""
    return Address(host=process.HOST.read(environ), port=process.PORT.read(environ))


def programs(environ: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return the command line of each process by its name."""
    workers = process.WORKERS.read(environ) or os.cpu_count() or 1
    return {
        "web": (*MANAGE, "runweb"),
        "bus": (*MANAGE, "runbus"),
        **{f"worker-{number}": (*MANAGE, "runworker") for number in range(1, workers + 1)},
    }


def steps(environ: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return what must have succeeded before the processes start."""
    wanted: dict[str, Sequence[str]] = {"migrate": (*MANAGE, "migrate", "--no-input")}
    if web.ADMIN_EMAIL.read(environ) and web.ADMIN_PASSWORD.read(environ):
        wanted["ensure_admin"] = (*MANAGE, "ensure_admin")
    return wanted


def environment(environ: Mapping[str, str], folder: DataFolder) -> dict[str, str]:
    """Return `environ` with the data folder and the settings for one machine."""
    ours = {"DJANGO_SETTINGS_MODULE": "frameflow.settings.dev", "PYTHONUNBUFFERED": "1"}
    return {**ours, **environ, "FRAMEFLOW_DATA": str(folder.root)}


def spawn(
    name: str, argv: Sequence[str], environ: Mapping[str, str], folder: DataFolder
) -> children.Process:
    """Start a process of the application; it is killed with the supervisor."""
    log = folder.logs / f"{name}.log"
    return children.spawn(argv, environ=environ, log=log, death_signal=signal.SIGKILL)
