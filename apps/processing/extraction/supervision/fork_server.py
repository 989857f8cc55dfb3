"""The fork server as seen from those who ask it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

SERVER_MODULE: Final = "apps.processing.extraction.child.forking"
CHILD_MODULE: Final = "apps.processing.extraction.child.serving"
#: glibc's own limit, which it raises by itself unless it is set: pictures that are let go of would
#: stay with the process (measured: 10 to 20 MB of 140 at 1080p with two threads).
ENVIRONMENT: Final = {"MALLOC_MMAP_THRESHOLD_": "131072"}
IMPORT_ROOT: Final = Path(__file__).resolve().parents[4]


class ForkServerClient:
    """Starts a process of ours with the decoder loaded, and asks it. Raises OSError where the
    machine cannot start one.

    Processes forked from here share it. In a group of its own, so that what a terminal or a queue
    sends to ours does not reach it: it ends when the last who could ask is gone.
    """

    def __init__(self) -> None:
        self._owner_pid = os.getpid()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-B", "-m", SERVER_MODULE, CHILD_MODULE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=IMPORT_ROOT,
                env=ENVIRONMENT,
                process_group=0,
            )

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is known to have died; only the process that started it can tell."""
        return self._is_mine and self._process.poll() is not None

    def ask(self, descriptors: Sequence[int]) -> None:
        """Ask for a child with these: leash, video, channels. Raises ConnectionError."""
        socket.send_fds(self._control, [b"f"], descriptors)

    def kill(self) -> None:
        """End one that does not answer, and with it all its children."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go; where it is ours, wait for its end, and with it that of all its children."""
        self._control.close()
        if self._is_mine:
            self._process.wait()

    @property
    def _is_mine(self) -> bool:
        return self._owner_pid == os.getpid()
