"""What a run must reach, whatever else holds: enough of everything, and in time."""

from collections import Counter

from tests.chaos.history import Recovery, share


def too_little(
    outcomes: Counter[tuple[str, str, str]],
    uploads: int,
    done: int,
    faults: int,
    *,
    hits: int,
    at_points: float,
) -> list[str]:
    """Return what there was less of than asked: a run with nothing in it proves nothing.

    `outcomes` counts uploads by kind, conduct and outcome; `done` faults struck something, `hits`
    of them at a named point, where the share `at_points` is to be.
    """
    found = []
    if outcomes.total() != uploads:
        found.append(f"{outcomes.total()} uploads have an outcome, not {uploads}")
    if not any(key[::2] == ("good", "ready") and number for key, number in outcomes.items()):
        found.append("no good video was ready")
    if done < faults:
        found.append(f"{done} faults were done, not {faults}")
    if hits < faults * at_points:
        found.append(f"{hits} faults were done at named points, not {faults * at_points:.0f}")
    return found


def too_late(lost: list[Recovery], p99_s: float | None) -> list[str]:
    """Return whether jobs that lost their worker are later than allowed, in seconds."""
    added_s = share([each.added_s for each in lost], 99)
    if p99_s is None or added_s <= p99_s:
        return []
    return [f"lost worker, added delay: p99 {added_s:.1f} s, more than {p99_s:.0f} s"]
