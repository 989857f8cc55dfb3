"""A video: a pure function of (state, what happens).

The rows and columns of `TABLE` are those of docs/reference/state-machines.md, section "Video and
Extraction", first table. Every create makes a row of its own, which begins as `uploading`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frameflow.contracts import ExtractionRequested, FileUploaded, Message, VideoDeleted


class VideoState(StrEnum):
    """Where the file stands; what happens to its frames is told by its extractions."""

    UPLOADING = "uploading"
    STORED = "stored"
    REFUSED = "refused"
    EXPIRED = "expired"
    DELETED = "deleted"


class Input(StrEnum):
    """The rows of the table."""

    FINALIZE_OK = "finalize ok"
    FINALIZE_REFUSED = "finalize refused"
    SILENT = "silent"
    CANCEL = "cancel"
    DELETE = "delete / USER_DELETED"
    AGAIN = "extract again"
    ALL_EXPIRED = "all extractions expired"


class Cell(StrEnum):
    """What a cell of the table asks for."""

    IGNORE = "·"
    ACCEPT = "stored"
    REFUSE = "refused"
    EXPIRE = "expired"
    BURY = "deleted"
    BURY_ACCEPTED = "deleted; said"
    EXTRACT = "stored; new Extraction"


_I, _A, _R, _E, _D, _S, _X = Cell


def _row(*cells: Cell) -> dict[VideoState, Cell]:
    return dict(zip(VideoState, cells, strict=True))


#: Columns: uploading, stored, refused, expired, deleted.
TABLE: Mapping[Input, Mapping[VideoState, Cell]] = {
    Input.FINALIZE_OK: _row(_A, _I, _I, _I, _I),
    Input.FINALIZE_REFUSED: _row(_R, _I, _I, _I, _I),
    Input.SILENT: _row(_E, _I, _I, _I, _I),
    Input.CANCEL: _row(_D, _I, _I, _I, _I),
    Input.DELETE: _row(_D, _S, _D, _S, _I),
    Input.AGAIN: _row(_I, _X, _I, _I, _I),
    Input.ALL_EXPIRED: _row(_I, _E, _I, _I, _I),
}


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """The next state, and the message that is said with the change."""

    state: VideoState
    cell: Cell
    says: type[Message] | None = None

    @property
    def is_change(self) -> bool:
        return self.cell is not Cell.IGNORE

    @property
    def strands_source(self) -> bool:
        """Return whether nothing of the file may remain."""
        return self.cell in (Cell.REFUSE, Cell.EXPIRE, Cell.BURY, Cell.BURY_ACCEPTED)


_SAYS: Mapping[Cell, type[Message]] = {
    Cell.ACCEPT: FileUploaded,
    Cell.BURY_ACCEPTED: VideoDeleted,
    Cell.EXTRACT: ExtractionRequested,
}


def react(state: VideoState, happens: Input, *, accepted: bool) -> Reaction:
    """Return what follows for a video; one that was never `accepted` goes without a word."""
    cell = TABLE[happens][state]
    if cell is Cell.IGNORE:
        return Reaction(state=state, cell=cell)
    if cell is Cell.BURY_ACCEPTED and not accepted:
        cell = Cell.BURY
    return Reaction(state=VideoState(cell.value.partition(";")[0]), cell=cell, says=_SAYS.get(cell))
