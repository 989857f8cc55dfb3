"""The product on several hosts, who starts again what ended, and the processes under each."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.chaos.ground import IMMEDIATE, Ground, Truth, fragile_ground
from tests.chaos.history import NOTE_ALL
from tests.chaos.processes import family, let_go, lives, status
from tests.e2e.hosts import Hosts, running_hosts
from tests.e2e.stack import Stack

#: As systemd's RestartSec.
RESTART_AFTER_S = 1.0


@dataclass
class System:
    """Everything that runs. Use it from the main thread: processes are bound to who starts them."""

    ground: Ground
    hosts: Hosts
    truth: Truth
    killed: set[int] = field(default_factory=set)
    ended_alone: list[str] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)
    _down: dict[str, float] = field(default_factory=dict)
    _paused: list[tuple[float, list[int]]] = field(default_factory=list)

    def every(self) -> list[tuple[str, Stack]]:
        """Return every host with what it runs: its kind, and the name of its process."""
        hosts = {"web": self.hosts.webs, "bus": self.hosts.buses, "worker": self.hosts.workers}
        return [(kind, host) for kind, found in hosts.items() for host in found]

    def running(self, kind: str) -> list[Stack]:
        """Return the hosts of a kind whose process runs."""
        own = [host for each, host in self.every() if each == kind]
        return [host for host in own if host.processes[kind].poll() is None]

    # Killing and pausing

    def kill(self, *pids: int) -> None:
        """kill -9, all at one moment: none of them sees another go."""
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        self.killed.update(pids)

    def pause(self, seconds: float, *pids: int) -> None:
        """Stop processes, to go on after so many seconds."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        self._paused.append((time.monotonic() + seconds, list(pids)))

    def stop_postgres(self) -> bool:
        """End Postgres at once, as `pg_ctl -m immediate` does; False where it has ended."""
        process = self.ground.process("postgres")
        process.send_signal(IMMEDIATE)  # a no-op once it has ended
        return process.returncode is None

    def is_paused(self, pid: int) -> bool:
        """Return whether a process stands still because of us."""
        return any(pid in pids for _, pids in self._paused)

    # Bringing back

    def supervise(self) -> None:
        """Let go on what was paused for long enough; start again what ended a moment ago."""
        now = time.monotonic()
        for each in [each for each in self._paused if each[0] <= now]:
            self._let_go(each)
        for name in ("postgres", "valkey"):
            if self._is_due(name, self.ground.process(name).poll(), now):
                self.ground.respawn(name)
        for kind, host in self.every():
            self._supervise(kind, host, now)

    def _supervise(self, kind: str, host: Stack, now: float) -> None:
        process = host.processes[kind]
        is_news = process.poll() is not None and host.folder.name not in self._down
        if is_news and process.pid not in self.killed:
            self.ended_alone.append(f"{host.folder.name}: {process.returncode}")
        if self._is_due(host.folder.name, process.poll(), now):
            host.start(kind)

    def _is_due(self, name: str, exit_code: int | None, now: float) -> bool:
        if exit_code is None:
            self._down.pop(name, None)
            return False
        if now - self._down.setdefault(name, now) < RESTART_AFTER_S:
            return False
        del self._down[name]
        return True

    def _let_go(self, paused: tuple[float, list[int]]) -> None:
        self._paused.remove(paused)
        for pid in paused[1]:
            if not self.is_paused(pid):
                let_go(pid)

    def calm_down(self) -> None:
        """Let everything go on at once."""
        for each in list(self._paused):
            self._let_go(each)
        self.ground.redis.pass_on()
        self.ground.store.pass_on()

    # Looking

    def remember_processes(self) -> None:
        """Note all processes of the product, to see later that none is left."""
        for kind, host in self.every():
            for each in family(host.processes[kind].pid):
                with suppress(psutil.NoSuchProcess):
                    self.seen.setdefault(each.pid, each.create_time())

    def zombies(self) -> list[str]:
        """Return the ended processes that their parent in the product has not buried."""
        return [
            f"{host.folder.name}: {each.pid}"
            for kind, host in self.every()
            for each in family(host.processes[kind].pid)[1:]
            if status(each) == psutil.STATUS_ZOMBIE
        ]

    def left_running(self) -> list[int]:
        """Return the processes of the product that are still there after the end."""
        return [pid for pid, born in self.seen.items() if lives(pid, born)]


@contextmanager
def running_system(
    folder: Path, *, workers: int, settings: str, bus: str = "redis_pubsub"
) -> Iterator[System]:
    """Run two webs, two buses and some workers until the end of the block."""
    with fragile_ground(folder / "servers", bus) as ground:
        given = {"DJANGO_SETTINGS_MODULE": settings}
        with running_hosts(
            folder, ground.footing, webs=2, buses=2, workers=workers, **given
        ) as hosts:
            truth = Truth(ground.footing.urls["ADMIN_DATABASE_URL"])
            assert truth.ask(NOTE_ALL) is not None
            system = System(ground, hosts, truth)
            try:
                yield system
            finally:
                system.calm_down()
                for kind, host in system.every():  # together: each takes a moment to end
                    host.processes[kind].terminate()
