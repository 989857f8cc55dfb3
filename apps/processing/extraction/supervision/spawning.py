"""How a child comes to life: the one place to change for another way of starting it."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHILD_MODULE: Final = "apps.processing.extraction.child.serving"
GRACE_S: Final = 5.0
#: glibc's own limit, which it raises by itself unless it is set: pictures that are let go of would
#: stay with the process (measured: 10 to 20 MB of 140 at 1080p with two threads).
ENVIRONMENT: Final = {"MALLOC_MMAP_THRESHOLD_": "131072"}
IMPORT_ROOT: Final = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Child:
    """A running child and the channel to it."""

    process: "subprocess.Popen[bytes]"
    channel: socket.socket

    def end(self) -> int:
        """Kill it if it still runs, close the channel; returns its exit code, -N for signal N."""
        self.channel.close()
        self.process.kill()
        return self.process.wait()

    def wait(self) -> int:
        """Wait for a child that has closed its channel; returns its exit code.

        One that lingers has something else in mind, and is killed.
        """
        try:
            return self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return self.end()


def spawn(source_descriptor: int, asks: socket.socket | None = None) -> Child:
    """Start a fresh interpreter that inherits two descriptors, and no name of this process.

    `asks` is a third, to ask for bytes that are missing. Raises OSError where the machine cannot
    start a process.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        more = [asks.fileno()] if asks is not None else []
        arguments = [source_descriptor, theirs.fileno(), os.getpid(), *more]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-B", "-m", CHILD_MODULE, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(source_descriptor, theirs.fileno(), *more),
            cwd=IMPORT_ROOT,
            env=ENVIRONMENT,
        )
    return Child(process, ours)
