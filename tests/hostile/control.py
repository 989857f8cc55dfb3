"""The control: what each input does to a careless program, watched as the cage is.

`python -m tests.hostile.control [WORD …]` prints it of all inputs, or of those with such a word.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.hostile import inputs as _inputs  # noqa: F401 - registers them
from tests.hostile.careless import FLOODED, GAVE_PICTURES
from tests.hostile.registry import INPUTS, Hostile
from tests.hostile.surroundings import Canary, Servers, surroundings, write
from tests.hostile.watching import Watch

WALL_S: Final = 30.0
LOOK_S: Final = 0.02
AT_ONCE: Final = 2
#: A tiny clip takes a fifth of it.
MUCH_BYTES: Final = 300 * 1024**2
SLOW: Final = (-signal.SIGXCPU, -signal.SIGKILL)


@dataclass(frozen=True)
class Suffered:
    """What an input did to the control."""

    harms: frozenset[str]
    seconds: float
    peak_bytes: int


class Sacrifice:
    """A careless program's server: opens what it is given, in a process for each."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = process.pid

    def open(self, path: Path, has_suffered: Callable[[], bool]) -> int:
        """Let it open a file; returns the exit code. Ends it early once it suffered."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        victim = int(self._process.stdout.readline())
        done = threading.Event()
        killer = threading.Thread(target=_end, args=(victim, done, has_suffered), daemon=True)
        killer.start()
        code = int(self._process.stdout.readline())
        done.set()
        killer.join()
        return code


def _end(victim: int, done: threading.Event, has_suffered: Callable[[], bool]) -> None:
    until_s = time.monotonic() + WALL_S
    while not done.wait(LOOK_S):
        if has_suffered() or time.monotonic() > until_s:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            return


@contextmanager
def sacrifice() -> Iterator[Sacrifice]:
    """Start one; ended afterwards."""
    command = [sys.executable, "-m", "tests.hostile.careless"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]
        yield Sacrifice(process)


def suffer(hostile: Hostile, folder: Path, victim: Sacrifice) -> Suffered:
    """Let the control open one input; returns what happened to it."""
    with surroundings(folder) as (place, servers), ExitStack() as stack:
        path, touched = write(hostile, place), set[str]()
        canary = stack.enter_context(Canary(folder))
        started_s = time.monotonic()
        with Watch(path, victim.pid, servers, once_locked=False) as watch:

            def so_far() -> set[str]:
                touched.update(canary.heard() - {hostile.file, "the folder"})
                return _harms(watch, servers, touched)

            code = victim.open(path, lambda: hostile.harm in so_far())
        seconds, harms = time.monotonic() - started_s, so_far() | _told_by(code)
    return Suffered(frozenset(harms), seconds, watch.peak_bytes)


def _harms(watch: Watch, servers: Servers, touched: set[str]) -> set[str]:
    found = {
        "calls": servers.calls > 0 or any("socket" in each for each in watch.opened),
        "opens": bool(touched),
        "memory": watch.peak_bytes > MUCH_BYTES,
    }
    return {harm for harm, is_done in found.items() if is_done}


def _told_by(code: int) -> set[str]:
    if code in SLOW:
        return {"slow"}
    return (
        {"dies"} if code < 0 else {FLOODED: {"floods"}, GAVE_PICTURES: {"shows"}}.get(code, set())
    )


def suffer_all(chosen: list[Hostile], folder: Path) -> dict[str, Suffered]:
    """Let the control open inputs, some at once."""
    shares = [chosen[first::AT_ONCE] for first in range(AT_ONCE)]

    def do(share: list[Hostile]) -> dict[str, Suffered]:
        with sacrifice() as victim:
            return {each.name: suffer(each, folder / each.name, victim) for each in share}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {name: one for part in pool.map(do, shares) for name, one in part.items()}


def table(suffered: dict[str, Suffered]) -> str:
    """Return what came of each, a line each."""
    lines = (
        f"{name:40} {each.seconds:5.1f} s {each.peak_bytes >> 20:5} MiB  "
        + " ".join(sorted(each.harms))
        for name, each in suffered.items()
    )
    return "\n".join(lines)


if __name__ == "__main__":
    words = sys.argv[1:] or [""]
    asked = [each for name, each in INPUTS.items() if any(word in name for word in words)]
    with tempfile.TemporaryDirectory() as scratch:
        print(table(suffer_all(asked, Path(scratch))))  # noqa: T201 - that is what it is for
