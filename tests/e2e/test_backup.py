"""A system is backed up while it works, and lives on in another one."""

import hashlib
import os
import signal
from pathlib import Path

import pytest

from tests.e2e.client import Person
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import Stack, eventually, running_stack

PROCESSES = ("web", "bus", "worker-1")


def sha256_of_zip(person: Person, video: str) -> str:
    return hashlib.sha256(person.zip(video)).hexdigest()


def restored(new: Stack, backup: Path) -> None:
    """Restore while nothing but the servers runs, and start again."""
    for name in PROCESSES:
        new.kill(name)
    answer = new.manage("restore", str(backup))
    assert answer.returncode == 0, answer.stderr
    for name in PROCESSES:
        new.start(name)
    eventually(new.ready, "the restored product is ready")


@pytest.mark.timeout(180)
def test_a_restored_system_has_the_old_files_and_finishes_the_work(
    stack: Stack, person: Person, clip: Path, tmp_path: Path
) -> None:
    ready = person.accepted(clip)["id"]
    assert person.ended(ready)["status"] == "ready"
    stack.order_freeze("job.decoding")
    at_work = person.accepted(clip)["id"]
    frozen = stack.frozen()
    stack.kill("bus")  # so that nobody takes the silent lease away before it is saved
    taken = stack.manage("backup", str(tmp_path / "backup"))
    assert taken.returncode == 0, taken.stderr
    assert stack.job(at_work) == ("running", 1, 0)
    stack.start("bus")
    stack.forget_freeze()
    os.kill(frozen["pid"], signal.SIGCONT)

    (tmp_path / "new").mkdir()
    with running_stack(tmp_path / "new", *PROCESSES) as new:
        restored(new, tmp_path / "backup")
        with Person(new, person.account["email"]) as again:  # logs in with the old password
            assert sha256_of_zip(again, ready) == sha256_of_zip(person, ready)
            assert again.ended(at_work)["status"] == "ready"
            assert new.job(at_work) == ("done", 2, 0)
            promise_holds(new)
