"""The fork server: has loaded the decoder, never sees a video, and forks a child for each.

It is asked over one socket by the process that started it and by those forked from there: a byte,
with the descriptors of a leash (`channel/leash.py`), the video, the channel to the supervisor and,
where bytes may be missing, the channel to ask for them. It ends when nobody can ask any more.
"""

import errno
import gc
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Final, NoReturn

from apps.processing.extraction.channel import leash
from apps.processing.extraction.child.confinement import lower

CONTROL: Final = 3
MOST_DESCRIPTORS: Final = 256
#: Each takes a descriptor; the rest is for what comes with a wish, and our own.
MOST_CHILDREN: Final = 200
MOST_PASSED: Final = 4
#: These come to a whole group, or to all processes of a service; the supervisors decide.
NOT_FOR_US: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: A child's work: its parent's id, the video, the channel, and the channel for what is missing.
Serve = Callable[..., None]


class ForkServer:
    """Forks, kills and buries; one thread, for a fork copies no other."""

    def __init__(self, control: socket.socket, serve: Serve) -> None:
        self._control, self._serve = control, serve
        self._deaths, self._teller = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._leashes: dict[int, socket.socket] = {}
        self._is_needed = True

    def run(self) -> None:
        """Serve until nobody can ask; ends what still runs then."""
        self._hear_of_deaths()
        self._listen(self._control, self._fork)
        self._listen(self._deaths, self._bury)
        while self._is_needed:
            for key, _ in self._selector.select():
                key.data()
        for pid in self._leashes:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _listen(self, source: socket.socket, react: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, react)

    def _hear_of_deaths(self) -> None:
        for end in (self._deaths, self._teller):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._teller.fileno(), warn_on_full_buffer=False)

    def _fork(self) -> None:
        asked, descriptors, _, _ = socket.recv_fds(self._control, 1, MOST_PASSED)
        if not asked:
            self._is_needed = False
            return
        held, source, *channels = descriptors
        pid = self._forked(source, *channels)
        for descriptor in (source, *channels):
            os.close(descriptor)
        self._lead(pid, socket.socket(fileno=held))

    def _forked(self, *descriptors: int) -> int:
        """Return the id of a child that serves, or an error as `-errno`."""
        if len(self._leashes) >= MOST_CHILDREN:
            return -errno.EAGAIN
        parent_pid = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            return -(error.errno or errno.EAGAIN)
        if pid == 0:
            _become_child(descriptors, partial(self._serve, parent_pid, *descriptors))
        return pid

    def _lead(self, pid: int, held: socket.socket) -> None:
        with suppress(OSError):  # its supervisor is gone: seen when the leash is looked at
            leash.say(held, pid)
        if pid < 0:
            held.close()
            return
        self._leashes[pid] = held
        self._listen(held, partial(self._let_go, pid))

    def _let_go(self, pid: int) -> None:
        """Kill a child whose supervisor has let go, or died."""
        if pid in self._leashes:  # else it was buried a moment ago
            self._selector.unregister(self._leashes[pid])
            os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        """Say how those ended of whom the kernel has told."""
        self._deaths.recv(4096)
        for pid in list(self._leashes):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self._say_end(pid, os.waitstatus_to_exitcode(status))

    def _say_end(self, pid: int, exit_code: int) -> None:
        with self._leashes.pop(pid) as held:
            with suppress(KeyError):  # it was let go of
                self._selector.unregister(held)
            with suppress(OSError):  # its supervisor is dead
                leash.say(held, exit_code)


def _become_child(descriptors: Sequence[int], work: Callable[[], None]) -> NoReturn:
    """Keep nothing of the fork server but what it loaded."""
    exit_code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kept = [2, *sorted(descriptors), MOST_DESCRIPTORS]
        for before, after in pairwise(kept):
            os.closerange(before + 1, after)
        work()
        exit_code = 0
    finally:
        os._exit(exit_code)


def main(child_module: str, control_descriptor: str) -> None:
    """Load what `child_module` loads, then serve."""
    for number in NOT_FOR_US:
        signal.signal(number, signal.SIG_IGN)
    control = _low(int(control_descriptor))
    lower(resource.RLIMIT_NOFILE, MOST_DESCRIPTORS, MOST_DESCRIPTORS)
    child = import_module(child_module)
    child.load()
    gc.collect()
    gc.freeze()  # so that no child copies pages in order to count what it never touches
    ForkServer(control, child.serve).run()


def _low(descriptor: int) -> socket.socket:
    """Return the control below the limit, where no child overlooks it; it came as it was."""
    if descriptor != CONTROL:
        os.dup2(descriptor, CONTROL)
        os.close(descriptor)
    return socket.socket(fileno=CONTROL)


if __name__ == "__main__":
    main(*sys.argv[1:])
