"""Runs `python -m frameflow.embedded` as a person would: in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from frameflow.embedded import linux, running
from frameflow.embedded.folder import PROJECT_DIR

NOBODY = 65534
PATIENCE_S = 100.0
#: A fresh interpreter that is told to change a detail before it obeys the command line.
CHANGED = "import sys; from frameflow.embedded import {module} as it; {change}; " + (
    "from frameflow.embedded.__main__ import main; sys.exit(main(sys.argv[1:]))"
)


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return our environment without the servers and settings of the test run."""
    ours = ("DJANGO_", "PYTEST_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_URL") and not name.startswith(ours)
    }
    return {**kept, "PYTHONPATH": str(PROJECT_DIR), "FRAMEFLOW_DATA": str(data), **more}


def embedded(
    *arguments: str,
    data: Path,
    cwd: Path | None = None,
    change: tuple[str, str] | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end. `change`: a module of the package and a statement about `it`."""
    return subprocess.run(
        [*_start(change), *arguments],
        env=environment(data, **more),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


def beside_servers(script: str, *, data: Path, ordinary: bool = False, **more: str) -> str:
    """Run a Python script with servers beside it and return what it prints."""
    command = ["exec", "--fast", "--", sys.executable, "-c", script]
    become = None
    if ordinary and os.geteuid() == 0:
        data.mkdir()
        os.chown(data, NOBODY, NOBODY)
        # The capability only lets the test's Python be found in a closed home.
        become = lambda: linux.become(NOBODY, NOBODY, override=True)  # noqa: E731
    done = subprocess.run(
        [sys.executable, "-m", "frameflow.embedded", *command],
        env=environment(data, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        preexec_fn=become,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def started(
    arguments: Sequence[str],
    *,
    data: Path,
    expect: str,
    change: tuple[str, str] | None = None,
    **more: str,
) -> Iterator[psutil.Popen]:
    """Start a command, wait until `running(data)` has the URL `expect`, end it afterwards."""
    with psutil.Popen(
        [*_start(change), *arguments],
        env=environment(data, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            wait_until(lambda: expect in running(data) or process.poll() is not None)
            assert process.poll() is None, process.stdout.read()
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; fail where it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def descendants(process: psutil.Process) -> list[psutil.Process]:
    """Return everything below a process."""
    found: list[psutil.Process] = process.children(recursive=True)
    return found


def all_gone(processes: Sequence[psutil.Process]) -> bool:
    """Tell whether none of the processes runs; whoever is dead but not yet buried is gone."""
    return not any(each.is_running() and each.status() != "zombie" for each in processes)


def _start(change: tuple[str, str] | None) -> list[str]:
    if change is None:
        return [sys.executable, "-m", "frameflow.embedded"]
    module, statement = change
    return [sys.executable, "-c", CHANGED.format(module=module, change=statement)]
