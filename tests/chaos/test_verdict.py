"""The judge of a run sees what is wrong in a planted one."""

from collections import Counter
from typing import Any

import pytest

from tests.chaos.book import FELT_FOR_S, Book, Outage
from tests.chaos.bounds import ended_alone, too_late, too_little, too_rare
from tests.chaos.history import Change, Harm, History
from tests.chaos.kinds import Kind
from tests.chaos.plan import KINDS_OF_FAULT, POINTS
from tests.chaos.run import LONG_FORM, SHORT_FORM
from tests.chaos.uploads import Failure, Upload
from tests.chaos.verdict import judge

GOOD = Counter({("good", "wait", "ready"): 3, ("hostile", "wait", "empty"): 1})
DOOR = Kind("nothing", b"", code="empty", at_the_door=True)
GOOD_ONE = Kind("two", b"")
#: A job whose first run failed after two claims, and whose second after one.
HISTORY = History(
    [
        Change(at, "job", run, state, fence, fence, 0, None)
        for at, run, state, fence in (
            (10, 1, "running", 1), (20, 1, "queued", 1), (30, 1, "running", 2),
            (40, 1, "failed", 2), (50, 2, "queued", 2), (60, 2, "running", 3), (70, 2, "failed", 3),
        )
    ]
)  # fmt: skip
CLAIMS = {1: (1, 2), 2: (3,)}


class Answer:
    """A page with all videos; to who asks for an upload in pieces, where it stands."""

    def __init__(self, documents: list[dict[str, Any]], at_bytes: int) -> None:
        self._documents = documents
        self.status_code = 200
        self.headers = {"Upload-Offset": str(at_bytes), "Upload-Length": "9"}

    def json(self) -> dict[str, Any]:
        return {"results": self._documents, "next": None}


class Sender:
    """A person who sent one upload, and finds these videos in the end."""

    def __init__(self, upload: Upload, documents: list[dict[str, Any]], at_bytes: int) -> None:
        self.uploads, self.trouble, self.asker = [upload], [], self
        self._answer = Answer(documents, at_bytes)

    def ask(self, *_: str, **__: Any) -> Answer:
        return self._answer


def breaches_of(
    upload: Upload, *documents: dict[str, Any], book: Book | None = None, at_bytes: int = 0
) -> list[str]:
    sender: Any = Sender(upload, list(documents), at_bytes)
    return judge([sender], book or book_of()).breaches


def book_of(*harmed: tuple[str, int], outage_at: float | None = None) -> Book:
    """Return a book of harms, each by what and the fence, and of an outage of one second."""
    outages = [Outage("cut the store", at, at + 1) for at in [outage_at] if at is not None]
    harms = [Harm(1, what, "", "job", fence) for what, fence in harmed]
    return Book(HISTORY, harms, outages, {"job": "v"})


def failed(upload: Upload, code: str, run: int = 1, *, retryable: bool = False) -> dict[str, Any]:
    error = {"code": code, "retryable": retryable}
    return {"id": "v", "name": upload.name, "run": run, "status": "failed", "error": error}


def test_refused_at_the_door_is_right() -> None:
    assert breaches_of(Upload(1, DOOR, "wait", 1, "key", refusal="empty")) == []


@pytest.mark.parametrize(("code", "killed"), [("empty", 0), ("poison", 2)])
def test_accepted_where_the_door_must_refuse_is_a_breach(code: str, killed: int) -> None:
    upload = Upload(1, DOOR, "wait", 1, "key", video="v")
    book = book_of(*[("kill the child", fence) for fence in CLAIMS[1][:killed]])
    [breach] = breaches_of(upload, failed(upload, code), book=book)
    assert "at the door" in breach


@pytest.mark.parametrize(
    ("run", "struck", "is_breach"),
    [
        (1, [("kill the child", 1), ("kill the child", 2)], False),
        (1, [("kill the child", 1)], True),
        (1, [("kill the child", 1), ("kill the horse", 2)], True),
        (2, [("kill the child", 2), ("kill the child", 3)], True),  # one of them in the run before
    ],
)
def test_poison_needs_two_kills_of_the_child_in_the_same_run(
    run: int, struck: list[tuple[str, int]], is_breach: bool
) -> None:
    upload = Upload(1, GOOD_ONE, "wait", 1, "key", video="v")
    found = breaches_of(upload, failed(upload, "poison", run), book=book_of(*struck))
    assert [each for each in found if "poison, not ready" in each] == found
    assert bool(found) == is_breach


def gave_out(run: int, book: Book) -> list[str]:
    """Return the breaches of a video that was tried again after this run, and was cancelled."""
    failure = Failure("internal", "v", run, 100)
    upload = Upload(1, GOOD_ONE, "cancel", 1, "key", video="v", failures=[failure])
    cancelled = failed(upload, "") | {"status": "cancelled", "error": None}
    return breaches_of(upload, cancelled, book=book)


def test_a_run_that_gave_out_must_have_been_struck() -> None:
    assert gave_out(1, book_of(("kill the worker", 2))) == []
    assert gave_out(2, book_of(("pause the horse", 3))) == []
    for book in (book_of(), book_of(("kill the worker", 3))):
        [breach] = gave_out(1, book)
        assert "run 1 failed with internal, and nothing was done to it" in breach


@pytest.mark.parametrize(
    ("at", "is_breach"),
    [(0, False), (25, False), (40, False), (41, True), (10 - 2 - FELT_FOR_S, True)],
)
def test_or_an_outage_overlapped_it(at: float, is_breach: bool) -> None:
    assert bool(gave_out(1, book_of(outage_at=at))) == is_breach


def test_who_vanished_may_leave_a_run_that_gave_out_by_our_fault() -> None:
    upload = Upload(1, GOOD_ONE, "vanish at the end", 1, "key", begun="v")
    document = failed(upload, "internal", retryable=True)
    assert breaches_of(upload, document, book=book_of(("kill the group", 1)), at_bytes=9) == []
    [breach] = breaches_of(upload, document, at_bytes=9)
    assert "internal, not nothing or ready" in breach


def test_an_upload_and_its_video_tell_the_same() -> None:
    upload = Upload(1, GOOD_ONE, "vanish at the end", 1, "key", begun="v")
    assert breaches_of(upload, at_bytes=8) == []
    [breach] = breaches_of(upload, at_bytes=9)
    assert "200, 9 bytes came, 0 videos" in breach


def test_a_part_of_a_piece_is_no_video() -> None:
    upload = Upload(1, GOOD_ONE, "vanish in a piece", 1, "key", begun="v")
    cancelled = failed(upload, "") | {"status": "cancelled", "error": None}
    assert breaches_of(upload, at_bytes=8) == []
    [breach] = breaches_of(upload, cancelled, at_bytes=9)
    assert "cancelled, not nothing" in breach


def fences(*claims: tuple[str, int]) -> list[str]:
    changes = [Change(at, "job", 1, *claim, 1, 0, None) for at, claim in enumerate(claims)]
    return History(changes).wrong_fences()


def test_each_claim_raises_the_fence_by_one() -> None:
    assert HISTORY.wrong_fences() == []
    for wrong in (
        [("running", 2)],
        [("running", 1), ("queued", 1), ("running", 1)],
        [("running", 1), ("queued", 1), ("running", 3)],
        [("running", 1), ("queued", 2)],
        [("running", 1), ("done", 0)],
    ):
        assert len(fences(*wrong)) == 1


def test_a_web_or_a_bus_that_ended_by_itself_is_a_breach() -> None:
    [web, bus] = ended_alone(["web-1: 1", "worker-2: 1", "bus-2: -11"])
    assert ("web-1: 1" in web, "bus-2: -11" in bus) == (True, True)


def test_what_the_long_form_must_reach() -> None:
    hits = Counter({(point, "kill the horse"): 5 for point in POINTS})
    done = Counter(KINDS_OF_FAULT)
    assert LONG_FORM.at_each_point == 5
    assert too_rare(done, hits, 5) == []
    assert too_rare(Counter(), Counter(), SHORT_FORM.at_each_point) == []
    hits["job.claimed", "kill the horse"] -= 1
    del done["cut Redis"]
    assert too_rare(done, hits, 5) == ["job.claimed was hit 4 times, not 5", "no fault: cut Redis"]


def test_a_whole_run_is_enough() -> None:
    assert too_little(GOOD, 4, 6, 6, hits=3, at_points=0.5, in_pieces=1) == []
    [breach] = too_little(GOOD, 4, 6, 6, hits=3, at_points=0.5, in_pieces=0)
    assert breach == "no video in pieces was ready"


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
    [breach] = too_little(outcomes, uploads, done, 6, hits=hits, at_points=0.5, in_pieces=1)
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
