"""The whole product as real processes: servers, web, bus and workers, each to be killed."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import redis

from frameflow.contexts import CONTEXTS
from frameflow.embedded import children, local_secrets
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.ports import free_port
from tests.e2e.freezing import MARK, ORDER
from tests.e2e.ground import Footing, Ground, chosen, standing
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]

#: A process finds nothing of the project, and of no other machine, in its working folder.
IN_FOLDER = ("sh", "-c", 'cd "$0" && exec "$@"')
COMMANDS = {"web": "runweb", "bus": "runbus", "worker": "runworker"}


class Stack:
    """The processes of one machine by name; several machines may stand on one ground."""

    def __init__(self, folder: Path, footing: Footing, **settings: str) -> None:
        DataFolder(folder).prepare()
        self.folder, self.footing, self.urls = folder, footing, footing.urls
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **footing.environment,
            **local_secrets(folder),
            "FRAMEFLOW_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            **settings,
        }

    def start(self, name: str) -> None:
        """Start a process; its name begins with what it is: web, bus or worker."""
        kind = name.partition("-")[0]
        self.processes[name] = children.spawn(
            [*IN_FOLDER, str(self.folder), sys.executable, str(ROOT / "manage.py"), COMMANDS[kind]],
            environ=self.environment,
            log=self.folder / "logs" / f"{name}.log",
            death_signal=signal.SIGKILL,
        )

    def kill(self, name: str) -> None:
        """kill -9 one process alone."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def stop(self) -> None:
        """End what still runs."""
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ready(self) -> bool | None:
        """Return whether every part answers, a worker included."""
        try:
            return httpx.get(f"{self.base}/readyz").status_code == 200 or None
        except httpx.TransportError:
            return None

    # Looking at the truth

    def row(self, context: str, query: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query in a context's own schema."""
        url = next(each.url_variable for each in CONTEXTS if each.name == context)
        connection = psycopg2.connect(self.urls[url], options=f"-c search_path={context}")
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                found: tuple[Any, ...] | None = cursor.fetchone()
                return found
        finally:
            connection.close()

    def job(self, video_id: str) -> tuple[str, int, int] | None:
        """Return (state, fence, child_deaths) of a video's job."""
        query = "SELECT state, fence, child_deaths FROM processing_job WHERE video_id = %s"
        found = self.row("processing", query, video_id)
        return (found[0], found[1], found[2]) if found else None

    def source_sha256(self, video_id: str) -> str:
        """Return the SHA-256 of the stored bytes of a video."""
        query = "SELECT source_key FROM video WHERE id = %s"
        (key,) = self.row("upload", query, video_id) or ("",)
        return hashlib.sha256(b"".join(self.footing.store.read(key))).hexdigest()

    def objects(self, under: str = "") -> list[str]:
        """Return the keys in the store, and what is half written."""
        keys = [each.key for each in self.footing.store.list("")]
        return [key for key in keys + self.footing.half_written() if under in key]

    def redis(self, *command: str) -> Any:
        """Say something to the Redis-compatible server."""
        with redis.Redis.from_url(self.urls["REDIS_URL"]) as server:
            return server.execute_command(*command)

    def listeners(self) -> int:
        """Return how many connections hear the bus, by Pub/Sub or by Streams."""
        subscribed = self.redis("PUBSUB", "NUMSUB", "saga_events")[1]
        return int(subscribed) + len(self._waiting_readers())

    def cut_listeners(self) -> None:
        """End the connections that hear the bus."""
        self.redis("CLIENT", "KILL", "TYPE", "PUBSUB")
        for each in self._waiting_readers():
            self.redis("CLIENT", "KILL", "ID", each["id"])

    def _waiting_readers(self) -> list[dict[str, str]]:
        clients = self.redis("CLIENT LIST")
        reading = [each for each in clients if each["cmd"] in {"xread", "xreadgroup"}]
        return [each for each in reading if "b" in each["flags"]]

    # Freezing

    def is_idle(self) -> bool:
        """Return whether no job waits or runs."""
        query = "SELECT count(*) FROM processing_job WHERE state IN ('queued', 'running')"
        return self.row("processing", query) == (0,)

    def order_freeze(self, event: str) -> None:
        """The next process to log this event stops there: not one that still works for the test
        before."""
        eventually(self.is_idle, "the work of the test before is done")
        (self.folder / MARK).unlink(missing_ok=True)
        (self.folder / ORDER).write_text(event)

    def frozen(self) -> dict[str, int]:
        """Wait for the process that was ordered to stop; return its pid and its parent's."""
        mark = self.folder / MARK
        eventually(lambda: mark.exists() or None, "a process stops at the named point")
        facts: dict[str, int] = json.loads(mark.read_text())
        stat = Path(f"/proc/{facts['pid']}/stat")
        eventually(lambda: stat.read_text().split()[2] == "T" or None, "the process stands still")
        return facts

    def forget_freeze(self) -> None:
        for name in (ORDER, MARK):
            (self.folder / name).unlink(missing_ok=True)


@contextmanager
def running_stack(folder: Path, *names: str, ground: Ground | None = None) -> Iterator[Stack]:
    """Run the product in a folder, on a ground, or the one that was chosen, until the end of the
    block."""
    with standing(ground or chosen(), folder) as footing:
        stack = Stack(folder, footing)
        try:
            migrated = stack.manage("migrate", "-v0")
            assert migrated.returncode == 0, migrated.stderr
            for name in names:
                stack.start(name)
            eventually(stack.ready, "the product is ready")
            yield stack
        finally:
            stack.stop()
