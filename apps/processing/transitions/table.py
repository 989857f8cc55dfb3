"""The rows and columns of docs/reference/state-machines.md, section "ProcessingJob".

A lower run is old news, a higher run wins; a worker's word counts only with the newest fence.
"""

from collections.abc import Mapping
from enum import StrEnum


class JobState(StrEnum):
    """Where the work of the present run stands; `none` before anything was heard."""

    NONE = "none"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


class Input(StrEnum):
    """The rows of the table: what was heard, and how its run or fence compares with ours."""

    WISH_HIGHER = "PROCESS_FILE, higher run"
    WISH_OLD = "PROCESS_FILE, run not higher"
    READY = "ended ready"
    ENDED_HIGHER = "ended failed, cancelled, expired: higher run"
    ENDED_SAME = "ended failed, cancelled, expired: same run"
    ENDED_LOWER = "ended failed, cancelled, expired: lower run"
    DELETED = "ended deleted, any run"
    CLAIM = "claim"
    SUCCESS = "success"
    TRANSIENT = "transient, tries left"
    TRANSIENT_LAST = "transient, no tries left"
    PERMANENT = "permanent"
    LEASE_OVER = "lease over, tries left"
    LEASE_OVER_LAST = "lease over, no tries left"
    STALE = "stale worker"


class Cell(StrEnum):
    """What a cell of the table asks for."""

    IGNORE = "·"
    QUEUE = "queued"
    CLAIM = "running"
    DONE = "done"
    FAIL = "failed"
    DISCARD = "discarded"
    FORGET = "delete own keys"


_I, _Q, _C, _D, _F, _X, _K = Cell


def _row(*cells: Cell) -> dict[JobState, Cell]:
    return dict(zip(JobState, cells, strict=True))


#: Columns: none, queued, running, done, failed, discarded.
TABLE: Mapping[Input, Mapping[JobState, Cell]] = {
    Input.WISH_HIGHER: _row(_Q, _Q, _Q, _Q, _Q, _Q),
    Input.WISH_OLD: _row(_I, _I, _I, _I, _I, _I),
    Input.READY: _row(_I, _I, _I, _I, _I, _I),
    Input.ENDED_HIGHER: _row(_X, _X, _X, _X, _X, _X),
    Input.ENDED_SAME: _row(_X, _X, _X, _X, _X, _I),
    Input.ENDED_LOWER: _row(_I, _I, _I, _I, _I, _I),
    Input.DELETED: _row(_X, _X, _X, _X, _X, _X),
    Input.CLAIM: _row(_I, _C, _I, _I, _I, _I),
    Input.SUCCESS: _row(_I, _I, _D, _I, _I, _I),
    Input.TRANSIENT: _row(_I, _I, _Q, _I, _I, _I),
    Input.TRANSIENT_LAST: _row(_I, _I, _F, _I, _I, _I),
    Input.PERMANENT: _row(_I, _I, _F, _I, _I, _I),
    Input.LEASE_OVER: _row(_I, _I, _Q, _I, _I, _I),
    Input.LEASE_OVER_LAST: _row(_I, _I, _F, _I, _I, _I),
    Input.STALE: _row(_K, _K, _K, _K, _K, _K),
}
