"""What a run must reach, whatever else holds: enough of everything, and in time."""

from collections import Counter
from collections.abc import Iterable

from tests.chaos.history import Recovery, share
from tests.chaos.plan import KINDS_OF_FAULT, POINTS


def too_little(
    outcomes: Counter[tuple[str, str, str]],
    uploads: int,
    done: int,
    faults: int,
    *,
    hits: int,
    at_points: float,
    in_pieces: int,
) -> list[str]:
    """Return what there was less of than asked: a run with nothing in it proves nothing.

    `outcomes` counts uploads by kind, conduct and outcome; `done` faults struck something, `hits`
    of them at a named point, where the share `at_points` is to be. `in_pieces`: uploads that came
    so and were ready.
    """
    found = []
    if outcomes.total() != uploads:
        found.append(f"{outcomes.total()} uploads have an outcome, not {uploads}")
    if not any(key[::2] == ("good", "ready") and number for key, number in outcomes.items()):
        found.append("no good video was ready")
    if not in_pieces:
        found.append("no video in pieces was ready")
    if done < faults:
        found.append(f"{done} faults were done, not {faults}")
    if hits < faults * at_points:
        found.append(f"{hits} faults were done at named points, not {faults * at_points:.0f}")
    return found


def too_rare(
    done: Counter[str], hits: Counter[tuple[str, str]], at_each_point: int | None
) -> list[str]:
    """Return the points that were hit less often than asked, and the kinds of fault that never
    struck; None: it is not judged."""
    if at_each_point is None:
        return []
    at: Counter[str] = Counter()
    for (point, _what), number in hits.items():
        at[point] += number
    rare = [each for each in POINTS if at[each] < at_each_point]
    return [f"{each} was hit {at[each]} times, not {at_each_point}" for each in rare] + [
        f"no fault: {each}" for each in KINDS_OF_FAULT if not done[each]
    ]


def ended_alone(ended: Iterable[str]) -> list[str]:
    """Return the webs and buses that ended by themselves; a worker may end with its server."""
    return [f"ended by itself: {each}" for each in ended if each.startswith(("web", "bus"))]


def too_late(lost: list[Recovery], p99_s: float | None) -> list[str]:
    """Return whether jobs that lost their worker are later than allowed, in seconds."""
    added_s = share([each.added_s for each in lost], 99)
    if p99_s is None or added_s <= p99_s:
        return []
    return [f"lost worker, added delay: p99 {added_s:.1f} s, more than {p99_s:.0f} s"]
