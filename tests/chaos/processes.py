"""The processes under a worker, and what they are doing."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

FORK_SERVER = "child.forking"


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def horse_of(worker: int) -> int | None:
    """Return the work-horse of a worker."""
    found = [each.pid for each in _children(worker) if not _is_fork_server(each)]
    return found[0] if found else None


def child_of(worker: int) -> int | None:
    """Return the decoding child of a worker: its fork server's."""
    for each in _children(worker):
        if _is_fork_server(each):
            living = [one for one in _children(each.pid) if status(one) != psutil.STATUS_ZOMBIE]
            return living[0].pid if living else None
    return None


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []


def _is_fork_server(process: psutil.Process) -> bool:
    try:
        return any(FORK_SERVER in word for word in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def status(process: psutil.Process) -> str:
    """Return the state of a process, empty when it is gone."""
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return ""


def lives(pid: int, born: float) -> bool:
    """Return whether this very process, and no later one of the same number, still runs."""
    try:
        process = psutil.Process(pid)
        return process.create_time() == born and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def let_go(pid: int) -> None:
    """Let a process go on."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def stands_still(pid: int) -> bool:
    """Return whether a process is stopped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "Tt"
    except FileNotFoundError:
        return False
