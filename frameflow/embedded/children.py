"""Starting and ending processes of our own: each in its own session, none outlives us."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from frameflow.embedded import linux
from frameflow.embedded.account import Account

Process = subprocess.Popen[bytes]
POLL_S = 0.02


def spawn(
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    log: Path,
    death_signal: signal.Signals,
    account: Account | None = None,
    given: bytes | None = None,
) -> Process:
    """Start a program and do not wait for it.

    `death_signal` reaches it when the calling thread ends, so call this from the main thread.
    `given` is what it reads from standard input; output is added to `log`.
    """
    parent_pid = os.getpid()

    def settle() -> None:
        if account is not None:
            account.take_over()
        linux.die_with_parent(parent_pid, death_signal)

    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs, never a word from outside
            argv,
            env=environ,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=settle,
        )
    if process.stdin is not None:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(given or b"")
    return process


def stop(process: Process, signal_number: signal.Signals, *, within_s: float) -> None:
    """Ask a process to end; after `within_s` kill its whole group."""
    with suppress(ProcessLookupError):
        process.send_signal(signal_number)
    if not wait_until(lambda: process.poll() is not None, within_s=within_s):
        kill_group(process)
        process.kill()  # it may be no leader of a group
    process.wait()


def kill_group(process: Process) -> None:
    """Kill a process and all that share its group, which is its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], *, within_s: float) -> bool:
    """Return whether the condition came true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
