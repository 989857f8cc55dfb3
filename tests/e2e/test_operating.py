"""What operators may do at any time, done while everything else goes on, on both stores."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.client import Person
from tests.e2e.ground import Ground
from tests.e2e.stack import Stack, running_stack

pytestmark = pytest.mark.fixed_ground

#: Without a grace only the order of reading protects what is just being written.
REAP = ("reap_orphans", "--settings", "tests.e2e.reaping_settings")
PASSES = 3


@pytest.fixture(params=["filesystem", pytest.param("s3", marks=pytest.mark.long)])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    names = ("web", "bus", "worker-1")
    with running_stack(tmp_path, *names, ground=Ground(store=request.param)) as stack:
        yield stack


class Operator:
    """Runs a command again and again; `passes` counts those that ended well."""

    def __init__(self, stack: Stack, done: threading.Event, *command: str) -> None:
        self.stack, self.done, self.command = stack, done, command
        self.passes = 0

    def __call__(self) -> None:
        while not self.done.is_set():
            ended = self.stack.manage(*self.command)
            assert ended.returncode == 0, ended.stdout + ended.stderr
            self.passes += 1


def one_round(person: Person, clip: Path) -> list[str]:
    """Delete, cancel, extract again, and let be; return the videos that must be ready."""
    deleted, cancelled, again, plain = (person.accepted(clip)["id"] for _ in range(4))
    person.http.delete(f"videos/{deleted}/").raise_for_status()
    person.http.post(f"videos/{cancelled}/cancel/").raise_for_status()
    person.ended(again)
    person.http.post(f"videos/{again}/extractions/", json={}).raise_for_status()
    assert [person.ended(each)["status"] for each in (again, plain)] == ["ready", "ready"]
    return [again, plain]


@pytest.mark.timeout(300)
def test_reaping_and_checking_disturb_no_work_and_raise_no_false_alarm(
    stack: Stack, person: Person, clip: Path
) -> None:
    done = threading.Event()
    reaper = Operator(stack, done, *REAP)
    checker = Operator(stack, done, "check_invariants", "--busy")
    ready: list[str] = []
    with ThreadPoolExecutor(2) as operators:
        at_work = [operators.submit(each) for each in (reaper, checker)]
        try:
            while min(reaper.passes, checker.passes) < PASSES and not any(
                each.done() for each in at_work
            ):
                ready += one_round(person, clip)
        finally:
            done.set()
    for each in at_work:
        each.result()
    assert all(person.zip(each) for each in ready)
    quiet = stack.manage("check_invariants", "--wait-quiet", "60")
    assert quiet.returncode == 0, quiet.stdout + quiet.stderr
