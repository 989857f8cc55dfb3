"""What a command costs, with all the processes that it starts. Linux."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Final

ROOT: Final = Path(__file__).parents[2]
#: How soon and how often a tree is looked at: what ends at once has to be seen too.
FIRST_LOOK_S, LOOK_EVERY_S = 0.002, 0.02


@dataclass(frozen=True)
class Cost:
    """What one run took.

    `cpu_s` is user and system time of the whole process tree. `rss_bytes` is the most memory that
    the tree had at one moment, what several processes share counted once (Pss in proc(5)); looked
    at each 20 ms, and more often in the beginning.
    `read_bytes` is all that the tree read, its own libraries too.
    """

    wall_s: float
    cpu_s: float
    rss_bytes: int
    read_bytes: int
    said: str


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end; raises CalledProcessError where it fails."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        began_s = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=complained)
        with _Watch(process.pid) as watch:
            # Not reaped yet: what it read is still to be seen, with that of its own children.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            wall_s = time.monotonic() - began_s
            read_bytes = _read_bytes(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        if process.returncode not in (0, 4):  # 4: our command is done, with warnings
            sys.stderr.write(complained.read())
            raise subprocess.CalledProcessError(process.returncode, list(command))
        cpu_s = usage.ru_utime + usage.ru_stime
        return Cost(wall_s, cpu_s, watch.peak_bytes, read_bytes, said.read())


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians, number by number, with what the last run said."""
    return Cost(
        wall_s=median(each.wall_s for each in costs),
        cpu_s=median(each.cpu_s for each in costs),
        rss_bytes=round(median(each.rss_bytes for each in costs)),
        read_bytes=round(median(each.read_bytes for each in costs)),
        said=costs[-1].said,
    )


class _Watch:
    """Looks at the memory of a tree of processes while it is entered."""

    def __init__(self, pid: int) -> None:
        self._pid, self._ended = pid, Event()
        self._thread = Thread(target=self._look, daemon=True)
        self.peak_bytes = 0

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        pause_s = FIRST_LOOK_S
        while not self._ended.wait(pause_s):
            pause_s = min(2 * pause_s, LOOK_EVERY_S)
            self.peak_bytes = max(self.peak_bytes, sum(map(_share_bytes, _tree(self._pid))))


def _tree(pid: int) -> list[int]:
    """Return a process and its descendants that are alive."""
    found = [pid]
    for parent in found:
        with suppress(OSError):  # it has ended meanwhile
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found += map(int, children.read_text().split())
    return found


def _share_bytes(pid: int) -> int:
    """Return the memory of a process, of what it shares its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _read_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(lines[0].removeprefix("rchar: "))
