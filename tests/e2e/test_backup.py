"""A system is backed up while it works, and lives on in another one."""

import hashlib
from pathlib import Path

import pytest

from tests.e2e.client import Person
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import eventually, running_stack

PROCESSES = ("web", "bus", "worker-1")


@pytest.mark.timeout(180)
def test_a_restored_system_has_the_old_files_and_finishes_the_work(
    tmp_path: Path, clip: Path
) -> None:
    backup = tmp_path / "backup"
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    with running_stack(tmp_path / "old", *PROCESSES) as old, Person(old) as person:
        ready = person.accepted(clip)["id"]
        assert person.ended(ready)["status"] == "ready"
        sha256 = hashlib.sha256(person.zip(ready)).hexdigest()
        old.order_freeze("job.decoding")
        at_work = person.accepted(clip)["id"]
        old.frozen()
        taken = old.manage("backup", str(backup))
        assert taken.returncode == 0, taken.stderr
        assert old.job(at_work) == ("running", 1, 0)
        old.forget_freeze()
        email = person.account["email"]
    with running_stack(tmp_path / "new", *PROCESSES) as new:
        for name in PROCESSES:
            new.kill(name)
        restored = new.manage("restore", str(backup))
        assert restored.returncode == 0, restored.stderr
        for name in PROCESSES:
            new.start(name)
        eventually(new.ready, "the product is ready")
        with Person(new, email) as person:  # logs in with the old password
            assert hashlib.sha256(person.zip(ready)).hexdigest() == sha256
            assert person.ended(at_work)["status"] == "ready"
            assert new.job(at_work) == ("done", 2, 0)
            promise_holds(new)
