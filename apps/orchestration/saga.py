"""The saga of one extraction: a pure function of (state, message, time).

The rows and columns of `TABLE` are those of docs/reference/state-machines.md, section "Saga".
The first ending to arrive wins; a lower run is old news; a higher run wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from frameflow.contracts import (
    CancelRequested,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionMessage,
    ExtractionRequested,
    Failure,
    FileFailed,
    FileProcessed,
    FileUploaded,
    Message,
    Options,
    Outcome,
    ProcessFile,
    VideoDeleted,
    ids_of,
)


class State(StrEnum):
    """Where the saga of one extraction stands; `none` before anything was heard."""

    NONE = "none"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DELETED = "deleted"


class Input(StrEnum):
    """The rows of the table: what was heard, and how its run compares with ours."""

    WISH_HIGHER = "wish, higher run"
    WISH_OLD = "wish, run not higher"
    CANCEL_HIGHER = "cancel, higher run"
    CANCEL_SAME = "cancel, same run"
    PROCESSED_SAME = "processed, same run"
    FAILED_SAME = "failed, same run"
    REPORT_LOWER = "cancel, processed, failed, extended: lower run"
    REPORT_HIGHER = "processed, failed, extended: higher run"
    DELETED = "video deleted"
    TIMER = "own timer"
    REPLACED = "a newer extraction became ready"
    EXTENDED_SAME = "extended, same run"


class Cell(StrEnum):
    """What a cell of the table asks for."""

    IGNORE = "·"
    IMPOSSIBLE = "✗"
    START = "processing"
    END_READY = "ready"
    END_FAILED = "failed"
    END_CANCELLED = "cancelled"
    END_EXPIRED = "expired"
    END_DELETED = "deleted"
    EXTEND = "later expires_at"


_COLUMNS = tuple(State)
_I, _X = Cell.IGNORE, Cell.IMPOSSIBLE


def _row(*cells: Cell) -> dict[State, Cell]:
    return dict(zip(_COLUMNS, cells, strict=True))


_S, _R, _F, _C, _E, _D = (
    Cell.START,
    Cell.END_READY,
    Cell.END_FAILED,
    Cell.END_CANCELLED,
    Cell.END_EXPIRED,
    Cell.END_DELETED,
)

#: Columns: none, processing, ready, failed, cancelled, expired, deleted.
TABLE: Mapping[Input, Mapping[State, Cell]] = {
    Input.WISH_HIGHER: _row(_S, _X, _X, _S, _S, _S, _I),
    Input.WISH_OLD: _row(_X, _I, _I, _I, _I, _I, _I),
    Input.CANCEL_HIGHER: _row(_C, _X, _X, _C, _C, _C, _I),
    Input.CANCEL_SAME: _row(_X, _C, _I, _I, _I, _I, _I),
    Input.PROCESSED_SAME: _row(_X, _R, _I, _I, _I, _I, _I),
    Input.FAILED_SAME: _row(_X, _F, _X, _I, _I, _I, _I),
    Input.REPORT_LOWER: _row(_I, _I, _I, _I, _I, _I, _I),
    Input.REPORT_HIGHER: _row(_X, _X, _X, _X, _X, _X, _X),
    Input.DELETED: _row(_D, _D, _D, _D, _D, _D, _I),
    Input.TIMER: _row(_X, _F, _E, _E, _E, _I, _I),
    Input.REPLACED: _row(_X, _I, _E, _I, _I, _I, _I),
    Input.EXTENDED_SAME: _row(_X, _X, Cell.EXTEND, _X, _X, _I, _I),
}


@dataclass(frozen=True)
class TimerRang:
    """The saga's own timer: the deadline of a run, or the end of the retention."""


@dataclass(frozen=True)
class Replaced:
    """A newer extraction of the same video became ready."""


Heard = Message | TimerRang | Replaced
Report = CancelRequested | FileProcessed | FileFailed | ExpiryExtended


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long a run may take, and how long files are kept (None: for ever)."""

    deadline: timedelta = timedelta(hours=24)
    retention: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Saga:
    """What the saga knows; `run` is 0 in state `none`."""

    extraction_id: UUID
    video_id: UUID
    owner_id: UUID
    extraction_no: int
    run: int = 0
    state: State = State.NONE
    timer_at: datetime | None = None
    expires_at: datetime | None = None

    def ids(self) -> dict[str, Any]:
        """Return the ids that every message of this run carries."""
        return ids_of(self)


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """The next state and what is to be said; `alarm` marks what cannot happen."""

    saga: Saga
    cell: Cell
    messages: tuple[Message, ...] = field(default=())

    @property
    def alarm(self) -> bool:
        return self.cell is Cell.IMPOSSIBLE

    @property
    def replaces_older(self) -> bool:
        return self.cell is Cell.END_READY


def react(saga: Saga, heard: Heard, *, at: datetime, policy: Policy) -> Reaction:
    """Return what follows from a message or timer heard at an aware moment `at`."""
    cell = TABLE[classify(saga, heard)][saga.state]
    if cell in (Cell.IGNORE, Cell.IMPOSSIBLE):
        return Reaction(saga=saga, cell=cell)
    if cell is Cell.EXTEND:
        assert isinstance(heard, ExpiryExtended)  # noqa: S101  only this row leads here
        return Reaction(saga=_extended(saga, heard.expires_at), cell=cell)
    run = max(saga.run, heard.run) if isinstance(heard, ExtractionMessage) else max(saga.run, 1)
    saga = replace(saga, run=run)
    if cell is Cell.START:
        return _start(saga, heard, at=at, policy=policy)
    return _end(saga, heard, cell, at=at, policy=policy)


def classify(saga: Saga, heard: Heard) -> Input:
    """Return the row of the table that a message belongs to."""
    if isinstance(heard, TimerRang):
        return Input.TIMER
    if isinstance(heard, Replaced):
        return Input.REPLACED
    if isinstance(heard, VideoDeleted):
        return Input.DELETED
    if isinstance(heard, FileUploaded | ExtractionRequested):
        return Input.WISH_HIGHER if heard.run > saga.run else Input.WISH_OLD
    if not isinstance(heard, Report):
        raise TypeError(f"the saga does not hear {heard.type}")
    if heard.run < saga.run:
        return Input.REPORT_LOWER
    return _report(heard, higher=heard.run > saga.run)


def _report(heard: Report, *, higher: bool) -> Input:
    if isinstance(heard, CancelRequested):
        return Input.CANCEL_HIGHER if higher else Input.CANCEL_SAME
    if higher:
        return Input.REPORT_HIGHER
    if isinstance(heard, FileProcessed):
        return Input.PROCESSED_SAME
    return Input.FAILED_SAME if isinstance(heard, FileFailed) else Input.EXTENDED_SAME


def _extended(saga: Saga, until: datetime) -> Saga:
    if saga.expires_at is None or until <= saga.expires_at:
        return saga
    return replace(saga, expires_at=until, timer_at=until)


def _start(saga: Saga, heard: Heard, *, at: datetime, policy: Policy) -> Reaction:
    assert isinstance(heard, FileUploaded | ExtractionRequested)  # noqa: S101
    options: Options = heard.options
    saga = replace(saga, state=State.PROCESSING, timer_at=at + policy.deadline, expires_at=None)
    command = ProcessFile(
        **saga.ids(),
        source_key=heard.source_key,
        source_bytes=heard.source_bytes,
        source_sha256=heard.source_sha256,
        options=options,
    )
    return Reaction(saga=saga, cell=Cell.START, messages=(command,))


def _end(saga: Saga, heard: Heard, cell: Cell, *, at: datetime, policy: Policy) -> Reaction:
    state = State(cell.value)
    keeps_files = state in (State.READY, State.FAILED, State.CANCELLED)
    until = at + policy.retention if keeps_files and policy.retention else None
    verdict = ExtractionEnded(
        **saga.ids(),
        outcome=Outcome(state.value),
        cause=_cause(saga, heard),
        ended_at=at,
        expires_at=until,
        **_content(heard, state),
    )
    ended = replace(saga, state=state, timer_at=until, expires_at=until)
    return Reaction(saga=ended, cell=cell, messages=(verdict,))


def _cause(saga: Saga, heard: Heard) -> str:
    match heard:
        case TimerRang():
            return "deadline" if saga.state is State.PROCESSING else "retention"
        case Replaced():
            return "replaced"
        case VideoDeleted():
            return f"deleted by {heard.cause}"
        case CancelRequested():
            return f"cancelled by {heard.asked_by}"
        case FileFailed():
            return heard.code
        case _:
            return "processed"


def _content(heard: Heard, state: State) -> dict[str, Any]:
    if isinstance(heard, FileProcessed):
        return {"result": heard.result(), "warnings": heard.warnings, "steps": heard.steps}
    if isinstance(heard, FileFailed):
        return {"error": heard.failure(), "steps": heard.steps}
    if isinstance(heard, TimerRang) and state is State.FAILED:
        late = Failure(code="timeout", detail="The run passed its deadline.", retryable=True)
        return {"error": late}
    return {}
