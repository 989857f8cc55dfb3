"""The Archive of one extraction: a pure function of (state, run, message).

The rows and columns of `TABLE` are those of docs/reference/state-machines.md, section "Archive".
`deleted` beats every run; else a lower run is old news and a higher run wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frameflow.contracts import ExtractionEnded, ExtractionRequested, FileUploaded, Outcome

Heard = FileUploaded | ExtractionRequested | ExtractionEnded


class State(StrEnum):
    """Where the Archive of one extraction stands; `none` before anything was heard."""

    NONE = "none"
    AWAITED = "awaited"
    READY = "ready"
    GONE = "gone"
    DELETED = "deleted"


class Input(StrEnum):
    """The rows of the table: what was heard, and how its run compares with ours."""

    WISH_HIGHER = "wish, higher run"
    WISH_OLD = "wish, run not higher"
    READY_HIGHER = "ended ready, higher run"
    READY_SAME = "ended ready, same run"
    READY_LOWER = "ended ready, lower run"
    GONE_HIGHER = "ended failed, cancelled, expired: higher run"
    GONE_SAME = "ended failed, cancelled, expired: same run"
    GONE_LOWER = "ended failed, cancelled, expired: lower run"
    DELETED = "ended deleted, any run"


class Cell(StrEnum):
    """What a cell of the table asks for."""

    IGNORE = "·"
    IMPOSSIBLE = "✗"
    AWAIT = "awaited"
    READY = "ready"
    GONE = "gone"
    DELETE = "deleted"


_I, _X, _A, _R, _G, _D = Cell


def _row(*cells: Cell) -> dict[State, Cell]:
    return dict(zip(State, cells, strict=True))


#: Columns: none, awaited, ready, gone, deleted.
TABLE: Mapping[Input, Mapping[State, Cell]] = {
    Input.WISH_HIGHER: _row(_A, _A, _X, _A, _I),
    Input.WISH_OLD: _row(_I, _I, _I, _I, _I),
    Input.READY_HIGHER: _row(_R, _R, _X, _R, _I),
    Input.READY_SAME: _row(_I, _R, _I, _I, _I),
    Input.READY_LOWER: _row(_I, _I, _I, _I, _I),
    Input.GONE_HIGHER: _row(_G, _G, _X, _G, _I),
    Input.GONE_SAME: _row(_I, _G, _G, _I, _I),
    Input.GONE_LOWER: _row(_I, _I, _I, _I, _I),
    Input.DELETED: _row(_D, _D, _D, _D, _I),
}


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """The next state and run; `cell` tells why."""

    state: State
    run: int
    cell: Cell

    @property
    def is_change(self) -> bool:
        return self.cell not in (Cell.IGNORE, Cell.IMPOSSIBLE)

    @property
    def is_impossible(self) -> bool:
        return self.cell is Cell.IMPOSSIBLE


def react(state: State, run: int, heard: Heard) -> Reaction:
    """Return what follows from a message for an Archive of this state and run (0 in `none`)."""
    cell = TABLE[classify(run, heard)][state]
    if cell in (Cell.IGNORE, Cell.IMPOSSIBLE):
        return Reaction(state=state, run=run, cell=cell)
    return Reaction(state=State(cell.value), run=max(run, heard.run), cell=cell)


def classify(run: int, heard: Heard) -> Input:
    """Return the row of the table that a message belongs to, for an Archive of this run."""
    if not isinstance(heard, ExtractionEnded):
        return Input.WISH_HIGHER if heard.run > run else Input.WISH_OLD
    if heard.outcome is Outcome.DELETED:
        return Input.DELETED
    lower, same, higher = (
        (Input.READY_LOWER, Input.READY_SAME, Input.READY_HIGHER)
        if heard.outcome is Outcome.READY
        else (Input.GONE_LOWER, Input.GONE_SAME, Input.GONE_HIGHER)
    )
    if heard.run == run:
        return same
    return higher if heard.run > run else lower
