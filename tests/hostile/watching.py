"""Looks from outside at the process that reads an input: memory, files, sockets, end."""

import os
import re
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from tests.hostile.surroundings import Servers

PAUSE_S: Final = 0.004
LOCKED: Final = "Seccomp:\t2"
#: What a process may hold besides the input: its channel, and nothing.
HARMLESS: Final = ("/dev/null", "pipe:", "anon_inode:")


def children(process: int) -> set[int]:
    """Return the processes that a process started, and zombies among them."""
    found: set[int] = set()
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found.update(map(int, (task / "children").read_text().split()))
    return found


def descendants(root: int) -> set[int]:
    """Return the processes that a process started, and those that these started."""
    found = children(root)
    return found.union(*map(descendants, found))


def held(process: int) -> set[str]:
    """Return what a process has open."""
    links: set[str] = set()
    with suppress(OSError):
        for descriptor in os.scandir(f"/proc/{process}/fd"):
            with suppress(OSError):
                links.add(os.readlink(descriptor.path))
    return links


def _local_sockets(process: int) -> set[str]:
    """Return the sockets that lead to processes of this machine alone: pairs, and paths."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/net/unix").read_text().splitlines()[1:]
        return {f"socket:[{line.split()[6]}]" for line in lines}
    return set()


class Watch:
    """Follows, while it is entered, every descendant of a process that has the input open.

    What it opens counts from its start, or only once it is locked: before, it loads itself.
    Afterwards `peak_bytes` is the most memory that one of them held, `opened` what else they
    opened, sockets of the network among it, `looks` how often one was seen.
    """

    def __init__(self, path: Path, root: int, servers: Servers, *, once_locked: bool) -> None:
        self._path, self._root, self._servers = str(path), root, servers
        self._once_locked = once_locked
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.peak_bytes = self.looks = 0
        self.opened: set[str] = set()
        self._judged: set[str] = set()

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self._servers.answer()

    def _follow(self) -> None:
        while not self._done.wait(PAUSE_S):
            self._servers.answer()
            for process in descendants(self._root):
                status = _status(process)
                links = held(process)
                if self._path in links:
                    self._look(process, status, links)

    def _look(self, process: int, status: str, links: set[str]) -> None:
        self.looks += 1
        self.peak_bytes = max(self.peak_bytes, _peak_bytes(status))
        if self._once_locked and LOCKED not in status:
            return
        new = {link for link in links - self._judged if not link.startswith(HARMLESS)}
        self._judged |= links
        if any(link.startswith("socket:") for link in new):
            # Twice: one that is closed by now is in no list.
            new = (new - _local_sockets(process)) & held(process)
        self.opened |= new - {self._path}


def _status(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/status").read_text()
    return ""


def _peak_bytes(status: str) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
