"""What a job may hear: messages of the saga, the worker's words, and the clock's."""

from dataclasses import dataclass

from apps.processing.transitions.table import Input
from frameflow.contracts import (
    ExtractionEnded,
    Outcome,
    ProcessFile,
    Result,
    StepTaken,
    WarningFound,
)

MAX_CHILD_DEATHS = 2


@dataclass(frozen=True)
class Claimed:
    """A worker asks for the job."""


@dataclass(frozen=True)
class LeaseOver:
    """The worker fell silent: not the video's fault, but it counts against the tries."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a worker says of its claim."""

    fence: int
    steps: tuple[StepTaken, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Succeeded(Word):
    """The objects of the run lie in the store."""

    result: Result
    warnings: tuple[WarningFound, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refused(Word):
    """Another try would end the same."""

    code: str
    detail: str
    #: The person may change something and try again.
    retryable: bool = False


@dataclass(frozen=True, kw_only=True)
class Hindered(Word):
    """Storage, database or network."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ChildDied(Word):
    """The decoder died by its own limits or a signal: once may be chance, twice is the video."""

    code: str
    detail: str


Heard = (
    ProcessFile | ExtractionEnded | Claimed | LeaseOver | Succeeded | Refused | Hindered | ChildDied
)


def classify(heard: Heard, *, run: int, fence: int, child_deaths: int, is_last_try: bool) -> Input:
    """Return the row of the table that something belongs to, for a job with these numbers;
    `is_last_try` says that the present try is the last."""
    match heard:
        case ProcessFile():
            return Input.WISH_HIGHER if heard.run > run else Input.WISH_OLD
        case ExtractionEnded():
            return _ended(heard, run)
        case Claimed():
            return Input.CLAIM
        case LeaseOver():
            return Input.LEASE_OVER_LAST if is_last_try else Input.LEASE_OVER
    if heard.fence != fence:
        return Input.STALE
    match heard:
        case Succeeded():
            return Input.SUCCESS
        case Refused():
            return Input.PERMANENT
        case ChildDied() if child_deaths + 1 >= MAX_CHILD_DEATHS:
            return Input.PERMANENT
    return Input.TRANSIENT_LAST if is_last_try else Input.TRANSIENT


def _ended(heard: ExtractionEnded, run: int) -> Input:
    if heard.outcome is Outcome.READY:
        return Input.READY
    if heard.outcome is Outcome.DELETED:
        return Input.DELETED
    if heard.run == run:
        return Input.ENDED_SAME
    return Input.ENDED_HIGHER if heard.run > run else Input.ENDED_LOWER
