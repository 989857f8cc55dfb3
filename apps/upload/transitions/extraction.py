"""An extraction as upload knows it: a pure function of (state, run, what was heard).

The rows and columns of `TABLE` are those of docs/reference/state-machines.md, section "Video and
Extraction", second table. Upload alone raises the run; a deleted video ignores every ending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frameflow.contracts import (
    CancelRequested,
    ExtractionEnded,
    ExtractionRequested,
    Message,
    Outcome,
)


class ExtractionState(StrEnum):
    """What the saga's verdict, or the person's own wish, has made of it."""

    PROCESSING = "processing"
    CANCELLING = "cancelling"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Wish(StrEnum):
    """What a person may ask of the newest extraction."""

    CANCEL = "cancel"
    RETRY = "retry"


class Input(StrEnum):
    """The rows of the table: what was heard, and how its run compares with ours."""

    CANCEL = "cancel"
    RETRY = "retry"
    READY = "ended ready, same run"
    FAILED = "ended failed, same run"
    CANCELLED = "ended cancelled, same run"
    EXPIRED = "ended expired, same run"
    LOWER = "ended, lower run"
    HIGHER = "ended, higher run"
    DELETED = "ended deleted"


class Cell(StrEnum):
    """What a cell of the table asks for."""

    IGNORE = "·"
    IMPOSSIBLE = "✗"
    CANCEL = "cancelling"
    RETRY = "processing"
    READY = "ready"
    FAIL = "failed"
    CANCELLED = "cancelled"
    EXPIRE = "expired"


_I, _X, _N, _A, _R, _F, _C, _E = Cell


def _row(*cells: Cell) -> dict[ExtractionState, Cell]:
    return dict(zip(ExtractionState, cells, strict=True))


#: Columns: processing, cancelling, ready, failed, cancelled, expired.
TABLE: Mapping[Input, Mapping[ExtractionState, Cell]] = {
    Input.CANCEL: _row(_N, _I, _I, _I, _I, _I),
    Input.RETRY: _row(_I, _I, _I, _A, _A, _I),
    Input.READY: _row(_R, _R, _I, _I, _I, _I),
    Input.FAILED: _row(_F, _F, _I, _I, _I, _I),
    Input.CANCELLED: _row(_C, _C, _I, _I, _I, _I),
    Input.EXPIRED: _row(_E, _E, _E, _E, _E, _I),
    Input.LOWER: _row(_I, _I, _I, _I, _I, _I),
    Input.HIGHER: _row(_X, _X, _X, _X, _X, _X),
    Input.DELETED: _row(_I, _I, _I, _I, _I, _I),
}

_SAYS: Mapping[Cell, type[Message]] = {
    Cell.CANCEL: CancelRequested,
    Cell.RETRY: ExtractionRequested,
}


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """The next state and run, and the message that is said with the change."""

    state: ExtractionState
    run: int
    cell: Cell
    says: type[Message] | None = None

    @property
    def is_change(self) -> bool:
        return self.cell not in (Cell.IGNORE, Cell.IMPOSSIBLE)

    @property
    def is_impossible(self) -> bool:
        return self.cell is Cell.IMPOSSIBLE


def react(state: ExtractionState, run: int, heard: Wish | ExtractionEnded) -> Reaction:
    """Return what follows for an extraction of this state and run."""
    cell = TABLE[classify(run, heard)][state]
    if cell in (Cell.IGNORE, Cell.IMPOSSIBLE):
        return Reaction(state=state, run=run, cell=cell)
    return Reaction(
        state=ExtractionState(cell.value),
        run=run + (cell is Cell.RETRY),
        cell=cell,
        says=_SAYS.get(cell),
    )


def classify(run: int, heard: Wish | ExtractionEnded) -> Input:
    """Return the row of the table that a wish or an ending belongs to."""
    if isinstance(heard, Wish):
        return Input(heard.value)
    if heard.outcome is Outcome.DELETED:
        return Input.DELETED
    if heard.run != run:
        return Input.LOWER if heard.run < run else Input.HIGHER
    return Input(f"ended {heard.outcome.value}, same run")
