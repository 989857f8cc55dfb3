"""kill -9 at named points of a job, each proved by the row's state and fence; Redis emptied.

Whatever dies: the video becomes ready, with one ZIP, and the promise holds.
"""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.chaos.processes import child_of
from tests.e2e.client import Person, names_in
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import Stack, eventually

#: Where the work may die, and how many claims it takes to the end.
POINTS = {
    "job.claimed": ("running", 2),
    "job.decoding": ("running", 2),
    "job.frames_stored": ("running", 2),
    "job.zip_stored": ("running", 2),
    "job.before_commit": ("running", 2),
    "job.after_commit": ("done", 1),
}


@pytest.fixture(autouse=True)
def whole_stack(stack: Stack) -> None:
    """What an earlier test killed runs again, and nothing is ordered to freeze."""
    stack.forget_freeze()
    for name in ("web", "bus", "worker-1"):
        process = stack.processes.get(name)
        if process is None or process.poll() is not None:
            stack.start(name)
    eventually(stack.ready, "the product is ready")


def freeze_at(
    stack: Stack, person: Person, clip: Path, point: str, **options: str
) -> tuple[str, dict[str, int]]:
    """Upload a video and stop its work at a point; return the video's id and the process."""
    stack.order_freeze(point)
    video: str = person.accepted(clip, **options)["id"]
    facts = stack.frozen()
    state, fence = POINTS[point][0], 1
    job = stack.job(video)
    assert job is not None
    assert job[:2] == (state, fence)
    return video, facts


def ends_well(stack: Stack, person: Person, video: str, *, claims: int, frames: int = 3) -> None:
    """Wait for the end: ready, one ZIP, written by the last claim."""
    document = person.ended(video)
    assert document["status"] == "ready", document
    job = stack.job(video)
    assert job is not None
    assert job[:2] == ("done", claims)
    assert len(names_in(person.zip(video))) == frames + 2

    def one_zip() -> bool | None:
        zips = [key for key in stack.objects(video) if key.endswith("frames.zip")]
        return (len(zips) == 1 and f"/{claims}/frames.zip" in zips[0]) or None

    eventually(one_zip, "one ZIP is left")
    promise_holds(stack)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", POINTS)
def test_the_work_horse_is_killed(stack: Stack, person: Person, clip: Path, point: str) -> None:
    video, frozen = freeze_at(stack, person, clip, point)
    os.kill(frozen["pid"], signal.SIGKILL)
    ends_well(stack, person, video, claims=POINTS[point][1])


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", POINTS)
def test_the_worker_is_killed_and_takes_its_horse_along(
    stack: Stack, person: Person, clip: Path, point: str
) -> None:
    video, frozen = freeze_at(stack, person, clip, point)
    assert frozen["parent"] == stack.processes["worker-1"].pid
    gone = [each.pid for each in psutil.Process(frozen["parent"]).children(recursive=True)]
    assert frozen["pid"] in gone
    stack.kill("worker-1")
    eventually(lambda: not any(map(_lives, gone)) or None, "horse and child are gone", 5)
    stack.start("worker-1")
    ends_well(stack, person, video, claims=POINTS[point][1])


@pytest.mark.timeout(180)
def test_the_child_is_killed_while_it_decodes(stack: Stack, person: Person, clip: Path) -> None:
    # More than fits into the pipe to the worker, which stands still: the child cannot have ended.
    video, frozen = freeze_at(stack, person, clip, "job.decoding", interval="0.2")
    child = child_of(frozen["parent"])
    assert child is not None
    os.kill(child, signal.SIGKILL)
    os.kill(frozen["pid"], signal.SIGCONT)
    ends_well(stack, person, video, claims=2, frames=125)
    job = stack.job(video)
    assert job is not None
    assert job[2] == 1  # one death of a child is on the record; a second would be the video's


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["job.claimed", "job.zip_stored", "job.after_commit"])
@pytest.mark.parametrize("name", ["web", "bus"])
def test_web_or_bus_is_killed_meanwhile(
    stack: Stack, person: Person, clip: Path, name: str, point: str
) -> None:
    video, frozen = freeze_at(stack, person, clip, point)
    stack.kill(name)
    os.kill(frozen["pid"], signal.SIGCONT)
    eventually(lambda: stack.job(video)[0] == "done" or None, "the work goes on alone")  # type: ignore[index]
    stack.start(name)
    ends_well(stack, person, video, claims=1)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["job.claimed", "job.after_commit"])
def test_redis_is_emptied_meanwhile(stack: Stack, person: Person, clip: Path, point: str) -> None:
    video, frozen = freeze_at(stack, person, clip, point)
    waiting = person.accepted(clip)["id"]  # its wake-up is in Redis, or was
    stack.redis("FLUSHALL")
    os.kill(frozen["pid"], signal.SIGCONT)
    ends_well(stack, person, video, claims=1)
    ends_well(stack, person, waiting, claims=1)


@pytest.mark.timeout(180)
def test_a_worker_that_was_only_paused_writes_nothing_when_it_wakes(
    stack: Stack, person: Person, clip: Path
) -> None:
    video, frozen = freeze_at(stack, person, clip, "job.before_commit")
    stack.start("worker-2")
    ends_well(stack, person, video, claims=2)
    os.kill(frozen["pid"], signal.SIGCONT)
    eventually(lambda: not _lives(frozen["pid"]) or None, "the stale worker gives up")
    assert not [key for key in stack.objects(video) if "/1/" in key]
    promise_holds(stack)
    stack.kill("worker-2")


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
