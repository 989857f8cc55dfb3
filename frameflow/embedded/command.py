"""One command beside running servers: `exec`."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial

from frameflow.embedded import linux
from frameflow.embedded.credentials import with_local_secrets
from frameflow.embedded.exceptions import CannotStart
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.register import running
from frameflow.embedded.servers import Servers, started

KILLED_BY_SIGNAL = 128


def execute(argv: Sequence[str], environ: Mapping[str, str], *, fast: bool) -> int:
    """Run a command with the servers of the data folder and return its exit code.

    Servers that already run there are used; others are started and stopped again.
    """
    folder = DataFolder.of(environ)
    if found := running(folder.root):
        return _run(argv, Servers(urls=dict(found)).environment(environ), folder)
    with folder.locked(), started(folder, environ, fast=fast) as servers:
        return _run(argv, servers.environment(environ), folder)


def _run(argv: Sequence[str], environ: Mapping[str, str], folder: DataFolder) -> int:
    # In our own group, so that it may ask questions on the terminal and hears Ctrl-C itself.
    own = {**with_local_secrets(environ, folder.root), "FRAMEFLOW_DATA": str(folder.root)}
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle = partial(_settle, os.getpid())
    try:
        process = subprocess.Popen(argv, env=own, preexec_fn=settle)  # noqa: S603
    except OSError as error:
        raise CannotStart(f"{argv[0]}: {os.strerror(error.errno or 0)}.") from error
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, previous)
    return code if code >= 0 else KILLED_BY_SIGNAL - code


def _settle(parent_pid: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    linux.die_with_parent(parent_pid, signal.SIGTERM)
