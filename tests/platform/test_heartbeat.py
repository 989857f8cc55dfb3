"""Signs of life: a loop that turns is seen, one that hangs or never began is missed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.processing.jobs import worker
from apps.processing.jobs.wakeups import queue
from frameflow.bus import schedule
from frameflow.contexts import CONTEXTS
from frameflow.heartbeat import Watched, beat, main, problems
from tests.e2e.stack import ROOT
from tests.servers_that_hang import silent_server
from tests.waiting import eventually

LOOPS = {f"{work}-{context.name}" for work in ("relay", "consumer") for context in CONTEXTS}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEARTBEAT_DIR", str(tmp_path))
    return tmp_path


def long_ago(file: Path) -> None:
    os.utime(file, (time.time() - 120,) * 2)


@contextmanager
def process(command: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "frameflow.settings.test", **environment}
    with subprocess.Popen(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=known,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def exit_code(kind: str, older_than_s: float, folder: Path) -> int:
    """Ask as a container would."""
    asked = [sys.executable, "-m", "frameflow.heartbeat", "check", kind]
    return subprocess.run(
        [*asked, "--older-than", str(older_than_s)],
        cwd=ROOT,
        env={"HEARTBEAT_DIR": str(folder)},
        check=False,
    ).returncode


def test_a_process_that_gave_no_sign_is_not_alive(folder: Path) -> None:
    assert list(problems("bus", 60)) == ["bus has given no sign of life"]


def test_without_a_folder_nothing_is_written_and_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HEARTBEAT_DIR", raising=False)
    beat("bus", "schedule")
    assert list(problems("bus", 60)) == ["bus has given no sign of life"]


def test_a_folder_that_cannot_be_written_stops_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HEARTBEAT_DIR", str(tmp_path / "file"))
    beat("bus", "schedule")
    assert list(problems("bus", 60)) == ["bus has given no sign of life"]


def test_one_loop_that_hangs_is_named_among_those_that_turn(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = threading.Event()
    Watched(stop, "bus", "relay-auth").is_set()
    Watched(stop, "bus", "relay-upload").wait(0)
    assert main(["check", "bus", "--older-than", "60"]) == 0
    long_ago(folder / "bus" / "relay-upload")
    assert main(["check", "bus", "--older-than", "60"]) == 1
    assert capsys.readouterr().out == "bus: relay-upload last turned 120 s ago\n"


def test_the_clock_gives_no_sign_while_a_task_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TICK_S", 0.01)
    monkeypatch.setattr(schedule, "STUCK_AFTER_S", 0.2)
    go_on, stop, beats = threading.Event(), threading.Event(), []
    task = schedule.Task(context="auth", name="hang", seconds=60, run=go_on.wait)
    monkeypatch.setattr(schedule, "_tasks", [task])
    clock = threading.Thread(
        target=schedule.run_forever, args=(frozenset({"auth"}), stop, lambda: beats.append(1))
    )
    clock.start()
    try:
        eventually(lambda: task.is_stuck(time.monotonic()) or None, "the task is stuck")
        before = len(beats)
        assert before > 0
        stop.wait(0.2)
        assert len(beats) <= before + 1  # one may have been under way
        go_on.set()
        eventually(lambda: len(beats) > before + 1 or None, "the clock goes on")
    finally:
        go_on.set()
        stop.set()
        clock.join()


def test_a_report_waits_for_the_first_round_of_the_sweepers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "TICK_S", 0.01)
    stop, swept, reported = threading.Event(), threading.Event(), threading.Event()
    facts = {"context": "auth", "seconds": 60}
    sweeper = schedule.Task(name="sweep", run=swept.set, **facts)
    report = schedule.Task(name="report", run=reported.set, at_once=False, **facts)
    monkeypatch.setattr(schedule, "_tasks", [report, sweeper])
    run = (frozenset({"auth"}), stop, lambda: swept.is_set() and stop.set())
    schedule.run_forever(*run)
    assert swept.is_set()
    assert not reported.is_set()
    assert report.is_due(time.monotonic() + 60)


def test_the_reports_of_what_is_overdue_do_not_come_at_once() -> None:
    tasks = schedule.tasks_of(frozenset(context.name for context in CONTEXTS))
    late = {task.name for task in tasks if not task.at_once}
    assert late == {"report_overdue", "report_silent_leases"}


def test_a_worker_that_waits_for_its_horse_leaves_the_sign_to_the_horse(folder: Path) -> None:
    found = queue()
    waiting = worker.Worker([found], connection=found.connection)
    waiting._horse_pid = os.getpid()
    waiting.heartbeat()
    assert not (folder / "worker").exists()
    waiting._horse_pid = 0
    waiting.heartbeat()
    assert list(problems("worker", 60)) == []


def all_have_begun(folder: Path) -> None:
    """Wait until each loop has given a sign, and no other has."""

    def names() -> set[str]:
        return {file.name for file in folder.iterdir()} if folder.exists() else set()

    eventually(lambda: names() == {*LOOPS, "schedule"} or None, "every loop begins")


def all_turn_again(folder: Path) -> None:
    """Wait until every loop has turned after now."""
    for file in folder.iterdir():
        long_ago(file)
    eventually(lambda: not list(problems("bus", 60)) or None, "every loop turns")


@pytest.mark.parametrize("transport", ["redis_pubsub", "redis_streams"])
def test_every_loop_of_the_bus_gives_signs_until_the_process_stands_still(
    transport: str, folder: Path
) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "frameflow.settings.dev", "EVENT_BUS": transport}
    with process("runbus", **settings) as bus:
        all_have_begun(folder / "bus")
        all_turn_again(folder / "bus")
        assert exit_code("bus", 60, folder) == 0
        bus.send_signal(signal.SIGSTOP)
        for file in (folder / "bus").iterdir():
            long_ago(file)
        assert exit_code("bus", 60, folder) == 1


def test_servers_that_take_our_word_and_say_nothing_stop_no_loop(folder: Path) -> None:
    """Who minds the bus would start it anew for nothing."""
    with silent_server() as port:
        silent = {
            "DATABASE_URL": f"postgres://nobody@127.0.0.1:{port}/nothing",
            "REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "DJANGO_SETTINGS_MODULE": "frameflow.settings.dev",
        }
        with process("runbus", **silent):
            all_have_begun(folder / "bus")
            all_turn_again(folder / "bus")


def test_an_idle_worker_gives_signs(folder: Path) -> None:
    with process("runworker"):
        eventually(lambda: not list(problems("worker", 60)) or None, "the worker is alive")
        assert exit_code("worker", 60, folder) == 0
