"""The judge of a run sees what is wrong in a planted one."""

from collections import Counter
from typing import Any

import pytest

from tests.chaos.bounds import too_late, too_little
from tests.chaos.history import Change, Harm, History
from tests.chaos.kinds import Kind
from tests.chaos.run import LONG_FORM, SHORT_FORM
from tests.chaos.uploads import Upload
from tests.chaos.verdict import judge

GOOD = Counter({("good", "wait", "ready"): 3, ("hostile", "wait", "empty"): 1})
DOOR = Kind("nothing", b"", code="empty", at_the_door=True)


class Answer:
    """A page with all videos."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self._documents = documents

    def json(self) -> dict[str, Any]:
        return {"results": self._documents, "next": None}


class Sender:
    """A person who sent one upload, and finds these videos in the end."""

    def __init__(self, upload: Upload, documents: list[dict[str, Any]]) -> None:
        self.uploads, self.trouble, self.asker = [upload], [], self
        self._documents = documents

    def ask(self, *_: str, **__: Any) -> Answer:
        return Answer(self._documents)


def breaches_of(upload: Upload, *documents: dict[str, Any], killed: int = 0) -> list[str]:
    sender: Any = Sender(upload, list(documents))
    return judge([sender], Counter({upload.video: killed})).breaches


def failed(upload: Upload, code: str) -> dict[str, Any]:
    return {"id": upload.video, "name": upload.name, "run": 1, "status": "failed",
            "error": {"code": code}}  # fmt: skip


def test_refused_at_the_door_is_right() -> None:
    assert breaches_of(Upload(1, DOOR, "wait", 1, "key", refusal="empty")) == []


@pytest.mark.parametrize(("code", "killed"), [("empty", 0), ("poison", 2)])
def test_accepted_where_the_door_must_refuse_is_a_breach(code: str, killed: int) -> None:
    upload = Upload(1, DOOR, "wait", 1, "key", video="v")
    [breach] = breaches_of(upload, failed(upload, code), killed=killed)
    assert "at the door" in breach


def test_a_whole_run_is_enough() -> None:
    assert too_little(GOOD, 4, 6, 6, hits=3, at_points=0.5) == []


@pytest.mark.parametrize(
    ("outcomes", "uploads", "done", "hits", "word"),
    [
        (GOOD, 5, 6, 3, "4 uploads have an outcome, not 5"),
        (Counter({("good", "cancel", "cancelled"): 4}), 4, 6, 3, "no good video"),
        (GOOD, 4, 5, 3, "5 faults were done, not 6"),
        (GOOD, 4, 6, 2, "2 faults were done at named points, not 3"),
    ],
)
def test_less_than_asked_is_a_breach(
    outcomes: Counter[tuple[str, str, str]], uploads: int, done: int, hits: int, word: str
) -> None:
    [breach] = too_little(outcomes, uploads, done, 6, hits=hits, at_points=0.5)
    assert word in breach


def late_by(seconds: float, what: str = "kill the group") -> list[str]:
    """Return the breaches of the long form where the one harm cost a job so much."""
    states = [("running", 1, 0.0), ("queued", 1, seconds - 1), ("running", 2, seconds)]
    history = History(
        [Change(at, "job", 1, state, fence, 1, 0, None) for state, fence, at in states]
    )
    lost = history.lost_workers([Harm(1, what, "", "job", 1)])
    assert too_late(lost, SHORT_FORM.late_p99_s) == []
    return too_late(lost, LONG_FORM.late_p99_s)


def test_a_lost_worker_may_cost_forty_seconds_and_no_more() -> None:
    assert late_by(40) == []
    [breach] = late_by(41)
    assert "p99 41.0 s, more than 40 s" in breach


@pytest.mark.parametrize("what", ["kill the child", "pause the group"])
def test_what_leaves_the_worker_alive_is_not_judged(what: str) -> None:
    assert late_by(100, what) == []
