"""One person with a long line of videos, and others with one each: real uploads, a real worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import media
from tests.e2e.client import PASSWORD, Person
from tests.e2e.stack import Stack, eventually

ENDED_BETWEEN = """
SELECT count(*) FROM processing_job crowd, processing_job newcomer
WHERE newcomer.video_id = %s AND crowd.owner_id != newcomer.owner_id
AND crowd.worked_at BETWEEN %s AND (newcomer.steps -> 0 ->> 'started_at')::timestamptz
"""


@pytest.fixture(scope="module")
def moment_of_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return media.make_video(tmp_path_factory.mktemp("media") / "moment.mp4", seconds=2)


@contextmanager
def without_worker(stack: Stack) -> Iterator[None]:
    """Let what is uploaded wait."""
    eventually(stack.is_idle, "the work of the test before is done")
    stack.kill("worker-1")
    yield
    stack.start("worker-1")


def waits(stack: Stack, video: str) -> datetime:
    """Wait until a video is in line; return when that was seen."""
    eventually(lambda: stack.job(video) is not None or None, "the video is in line")
    return datetime.now(UTC)


def ended_before(stack: Stack, video: str, since: datetime) -> int:
    """Return how many videos of others ended while a newcomer's waited."""
    found = stack.row("processing", ENDED_BETWEEN, video, since)
    assert found
    return int(found[0])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("many", [12, pytest.param(200, marks=pytest.mark.long)])
def test_the_first_video_of_another_waits_for_one_of_a_long_line(
    stack: Stack, person: Person, other: Person, moment_of_video: Path, many: int
) -> None:
    with without_worker(stack):
        line = [person.accepted(moment_of_video)["id"] for _ in range(many)]
        waits(stack, line[-1])
        first = other.accepted(moment_of_video)["id"]
        since = waits(stack, first)
    assert other.ended(first)["status"] == "ready"
    assert ended_before(stack, first, since) <= 1
    with Person(stack) as late:  # while the worker is at the long line
        second = late.accepted(moment_of_video)["id"]
        since = waits(stack, second)
        assert late.ended(second)["status"] == "ready"
    assert ended_before(stack, second, since) <= 1
    waiting = [each for each in line if (stack.job(each) or ("",))[0] == "queued"]
    assert waiting, "the long line is still there"
    person.http.request("DELETE", "auth/me/", json={"password": PASSWORD}).raise_for_status()
    eventually(stack.is_idle, "nothing of a closed account is worked on")
