"""`make run`: servers, migrations, web, bus and workers under one process that minds them all."""

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from types import FrameType

from frameflow.embedded import application, children, linux, logfiles, ports, register
from frameflow.embedded.console import say
from frameflow.embedded.credentials import with_local_secrets
from frameflow.embedded.exceptions import CannotStart
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.kept import Kept
from frameflow.embedded.servers import Servers, started

LOOK_EVERY_S = 0.2
STOP_WITHIN_S = 10.0
READY_EXPECTED_WITHIN_S = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def supervise(environ: Mapping[str, str]) -> int:
    """Run Frame Flow until it is told to stop; return the exit code. Raises `CannotStart`."""
    folder = DataFolder.of(environ)
    where = application.address(environ)
    application.programs(environ)  # a malformed value stops us before anything starts
    with folder.locked():
        ports.require_free(where.host, where.port)
        linux.adopt_orphans()
        with started(folder, environ) as servers:
            return Supervisor(folder, servers, environ).run()


class Supervisor:
    """Minds the children of one data folder. Single-threaded: they die with the thread."""

    def __init__(self, folder: DataFolder, servers: Servers, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._servers = servers
        given = with_local_secrets(servers.environment(environ), folder.root)
        self._environ = application.environment(given, folder)
        self._where = application.address(environ)
        self._servers_kept = [
            Kept(server.name, partial(servers.respawn, server), server.log, process)
            for server, process in servers.processes.items()
        ]
        self._programs: list[Kept] = []
        self._stops = 0
        self._ready = False

    def run(self) -> int:
        """Take the steps, then mind the children until a stop signal."""
        with self._listening(), ExitStack() as stack:
            stack.callback(self._end_orphans)
            self._take_steps()
            if self._stops:
                return 0
            stack.callback(self._stop_programs)
            self._start_programs()
            self._mind()
        return 0

    @contextmanager
    def _listening(self) -> Iterator[None]:
        previous = {number: signal.signal(number, self._on_stop) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            # The servers are stopped after us: whoever insists must not leave them half stopped.
            for number in previous:
                signal.signal(number, signal.SIG_IGN)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1

    def _take_steps(self) -> None:
        for name, argv in application.steps(self._environ).items():
            log = self._folder.logs / f"{name}.log"
            logfiles.rotate(log)
            process = application.spawn(name, argv, self._environ, self._folder)
            while process.poll() is None and not self._stops:
                time.sleep(children.POLL_S)
            if self._stops:
                children.stop(process, signal.SIGTERM, within_s=STOP_WITHIN_S)
                return
            if process.returncode != 0:
                raise CannotStart(_without_prefix(logfiles.last_words(log)) + f" (log: {log})")

    def _start_programs(self) -> None:
        for name, argv in application.programs(self._environ).items():
            log = self._folder.logs / f"{name}.log"
            logfiles.rotate(log)
            spawn = partial(application.spawn, name, argv, self._environ, self._folder)
            self._programs.append(Kept(name, spawn, log))

    def _mind(self) -> None:
        slow_at = time.monotonic() + READY_EXPECTED_WITHIN_S
        while not self._stops:
            for kept in (*self._servers_kept, *self._programs):
                kept.look()
                logfiles.bound(kept.log)
            self._reap_orphans()
            self._greet()
            if not self._ready and time.monotonic() > slow_at:
                say(f"The web process is still not ready; see {self._folder.logs / 'web.log'}")
                slow_at = float("inf")
            time.sleep(LOOK_EVERY_S)

    def _greet(self) -> None:
        if self._ready or not _answers(f"{self._where.url}/healthz"):
            return
        self._ready = True
        register.announce(self._folder.root, {**self._servers.urls, "WEB_URL": self._where.url})
        say(f"Frame Flow is ready: {self._where.url}")
        say(f"  API: {self._where.url}/api/v1/  support: {self._where.url}/admin/  Ctrl-C stops.")

    def _stop_programs(self) -> None:
        """Ask all at once; whoever is not gone in time, or at a second signal, is killed."""
        processes = [kept.process for kept in self._programs]
        for process in processes:
            process.terminate()
        asked = self._stops
        children.wait_until(
            lambda: self._stops > asked or all(one.poll() is not None for one in processes),
            within_s=STOP_WITHIN_S,
        )
        for process in processes:
            children.kill_group(process)
            process.wait()

    def _end_orphans(self) -> None:
        while strangers := self._orphans():
            for pid in strangers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._reap_orphans()
            time.sleep(children.POLL_S)

    def _reap_orphans(self) -> None:
        for pid in self._orphans():
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)

    def _orphans(self) -> set[int]:
        known = {kept.process.pid for kept in (*self._servers_kept, *self._programs)}
        return linux.children_pids() - known


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        # Even a refusal (another ALLOWED_HOSTS, HTTPS only) is an answer of a living process.
        return error.code < 500
    except OSError:
        return False


def _without_prefix(words: str) -> str:
    return words.removeprefix("Frame Flow cannot start: ")
