"""Redis is emptied again and again: it is never the truth."""

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from tests.chaos.book import Book
from tests.chaos.history import read_history
from tests.chaos.kinds import make_kinds
from tests.chaos.people import Tickets
from tests.chaos.plan import Fault
from tests.chaos.run import SHORT_FORM, Run
from tests.chaos.storm import Storm
from tests.chaos.system import System, running_system
from tests.chaos.uploads import make_uploads
from tests.chaos.verdict import judge
from tests.e2e.conftest import promise_holds

pytestmark = [pytest.mark.fixed_ground, pytest.mark.long]

UPLOADS, EVERY_S, PATIENCE_S = 50, 2.0, 300.0
FORM = replace(SHORT_FORM, workers=2, at_points=0)


@pytest.fixture
def system(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[System]:
    caplog.set_level(logging.WARNING, "httpx")
    with running_system(tmp_path / "hosts", workers=2, settings=FORM.settings) as system:
        yield system


@pytest.mark.timeout(600)
def test_fifty_videos_are_ready_while_redis_is_emptied_every_two_seconds(system: System) -> None:
    emptied = Fault(1, "empty Redis", "", 0, EVERY_S, 0)
    uploads = make_uploads(1, make_kinds(), {"good": 1}, {"wait": 1})
    tickets = Tickets(uploads, UPLOADS)
    storm = Storm(system, repeat(emptied), io.StringIO(), FORM.lease_s, FORM.at_points)
    tickets.release(UPLOADS)
    with Run(system, FORM, tickets, storm) as run:
        run.begin()
        until = time.monotonic() + PATIENCE_S
        while any(person.is_alive() for person in run.people) and time.monotonic() < until:
            run.tend(more=True)
        verdict = judge(run.people, Book(read_history(system.truth), [], [], {}))
    assert verdict.breaches == []
    assert verdict.outcomes == {("good", "wait", "ready"): UPLOADS}
    assert storm.done["empty Redis"] > UPLOADS / 10
    told = system.hosts.webs[0].redis("INFO", "commandstats")["cmdstat_flushall"]
    assert told["calls"] == storm.done["empty Redis"]
    promise_holds(system.hosts.webs[0])
