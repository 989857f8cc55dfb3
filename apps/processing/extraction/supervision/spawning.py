"""How a child comes to life, and ends: the one place to change for another way of starting it."""

import atexit
import os
import signal
import socket
from contextlib import ExitStack, suppress
from threading import Lock
from typing import Final

from apps.processing.extraction.channel import leash
from apps.processing.extraction.supervision.fork_server import ForkServer

GRACE_S: Final = 5.0

_changing = Lock()
_server: ForkServer | None = None


class Child:
    """A running child, the channel to it, and its leash: let go of, it is killed."""

    def __init__(self, pid: int, channel: socket.socket, held: socket.socket) -> None:
        self.pid, self.channel, self._leash = pid, channel, held
        self.exit_code: int | None = None

    def end(self) -> int:
        """Kill it if it still runs, close the channel; returns its exit code, -N for signal N."""
        self.channel.close()
        if self.exit_code is None:
            with suppress(OSError):  # the fork server is gone, and all children with it
                self._leash.shutdown(socket.SHUT_WR)
            self.exit_code = self._heard_end(None)
            self._leash.close()
        return self.exit_code

    def wait(self) -> int:
        """Wait for a child that has closed its channel; returns its exit code.

        One that lingers has something else in mind, and is killed.
        """
        with suppress(TimeoutError):
            self.exit_code = self._heard_end(GRACE_S)
            self._leash.close()
        return self.end()

    def _heard_end(self, patience_s: float | None) -> int:
        self._leash.settimeout(patience_s)
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


def warm_up(*, instead_of: ForkServer | None = None) -> ForkServer:
    """Return the fork server of this process and those forked from it; starts one where needed."""
    global _server
    with _changing:
        if _server is not None and (_server is instead_of or _server.has_ended):
            _server.close()
            _server = None
        _server = _server or ForkServer()
        return _server


def _child_of(server: ForkServer, source: int, asks: socket.socket | None) -> Child:
    more = [] if asks is None else [asks.fileno()]
    with ExitStack() as on_failure:
        (channel, theirs), (held, lead) = socket.socketpair(), socket.socketpair()
        on_failure.enter_context(channel)
        on_failure.enter_context(held)
        with theirs, lead:
            server.ask([lead.fileno(), source, theirs.fileno(), *more])
        child = Child(_heard_pid(held), channel, held)
        on_failure.pop_all()
        return child


def _heard_pid(held: socket.socket) -> int:
    pid = leash.heard(held)
    if pid is None:
        raise ConnectionResetError("the process that loads the decoder is gone")
    if pid < 0:
        raise OSError(-pid, os.strerror(-pid))
    return pid


@atexit.register
def _close() -> None:
    if _server is not None:
        _server.close()
