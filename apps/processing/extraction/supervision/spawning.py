"""How a child comes to life, and ends: the one place to change for another way of starting it."""

import atexit
import os
import signal
import socket
from contextlib import ExitStack, suppress
from threading import Lock
from typing import Final

from apps.processing.extraction.channel import leash
from apps.processing.extraction.supervision.fork_server import ForkServerClient

#: The fork server may have to load the decoder first, on a busy machine.
START_WITHIN_S: Final = 60.0
GRACE_S: Final = 5.0

_changing = Lock()
_server: ForkServerClient | None = None


class Child:
    """A running child, the channel to it, and its leash: let go of, it is killed."""

    def __init__(
        self, server: ForkServerClient, pid: int, channel: socket.socket, held: socket.socket
    ) -> None:
        self.pid, self.channel = pid, channel
        self._server, self._leash = server, held
        self.exit_code: int | None = None

    def end(self) -> int:
        """Kill it if it still runs, close the channel; returns its exit code, -N for signal N."""
        if self.exit_code is None:
            with suppress(OSError):  # the fork server is gone, and all children with it
                self._leash.shutdown(socket.SHUT_WR)
            self.exit_code = self._buried()
            self._leash.close()
        self.channel.close()
        return self.exit_code

    def wait(self) -> int:
        """Wait for a child that has closed its channel; returns its exit code.

        One that lingers has something else in mind, and is killed.
        """
        with suppress(TimeoutError):
            self.exit_code = self._heard_end()
            self._leash.close()
        return self.end()

    def _buried(self) -> int:
        """Return how it ended; a fork server that does not say is killed, and its children die."""
        try:
            return self._heard_end()
        except TimeoutError:
            self._server.kill()
            return -signal.SIGKILL

    def _heard_end(self) -> int:
        self._leash.settimeout(GRACE_S)
        exit_code = leash.heard(self._leash)
        return -signal.SIGKILL if exit_code is None else exit_code


def spawn(source_descriptor: int, asks: socket.socket | None = None) -> Child:
    """Start a child that has two descriptors, and no name of this process.

    `asks` is a third, to ask for bytes that are missing. Raises OSError where the machine cannot
    start a process.
    """
    server = warm_up()
    try:
        return _child_of(server, source_descriptor, asks)
    except ConnectionError:  # it was killed since
        return _child_of(warm_up(instead_of=server), source_descriptor, asks)


def warm_up(*, instead_of: ForkServerClient | None = None) -> ForkServerClient:
    """Return the fork server of this process and those forked from it; starts one where needed."""
    global _server
    with _changing:
        if _server is not None and (_server is instead_of or _server.has_ended):
            _server.close()
            _server = None
        _server = _server or ForkServerClient()
        return _server


def _child_of(server: ForkServerClient, source: int, asks: socket.socket | None) -> Child:
    more = [] if asks is None else [asks.fileno()]
    with ExitStack() as on_failure:
        (channel, theirs), (held, lead) = socket.socketpair(), socket.socketpair()
        on_failure.enter_context(channel)
        on_failure.enter_context(held)
        with theirs, lead:
            server.ask([lead.fileno(), source, theirs.fileno(), *more])
        child = Child(server, _heard_pid(server, held), channel, held)
        on_failure.pop_all()
        return child


def _heard_pid(server: ForkServerClient, held: socket.socket) -> int:
    held.settimeout(START_WITHIN_S)
    try:
        pid = leash.heard(held)
    except TimeoutError:
        server.kill()  # the next wish finds it gone, and starts another
        raise
    if pid is None:
        raise ConnectionResetError("the process that loads the decoder is gone")
    if pid < 0:
        raise OSError(-pid, os.strerror(-pid))
    return pid


@atexit.register
def _close() -> None:
    if _server is not None:
        _server.close()
