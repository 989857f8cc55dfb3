"""Every cell of the Archive's table, read from the page that is the law."""

from itertools import product

import pytest

from apps.download.archive import TABLE, Cell, Heard, Input, State, classify, react
from tests import messages
from tests.tables import cells

OURS = 2  # the run of the Archive in every state but none

#: Rows whose title on the page names the messages.
TITLES = {
    "FILE_UPLOADED / EXTRACTION_REQUESTED, higher run": "wish, higher run",
    "the same, run not higher": "wish, run not higher",
}
#: `·` ignore, `✗` alarm, else the next state.
CELLS = [
    (Input(TITLES.get(cell.heard, cell.heard)), State(cell.state), cell.text.strip("*"))
    for cell in cells("Archive (download)")
]
RUN_OF = {"higher": OURS + 1, "same": OURS, "lower": OURS - 1, "not higher": OURS, "any": 1}


def heard_for(row: Input) -> list[Heard]:
    """Return every kind of message that belongs to a row, for an Archive of run `OURS`."""
    what, _, how = row.value.replace(": ", ", ").rpartition(", ")
    run = RUN_OF[how.removesuffix(" run").removeprefix("run ")]
    if what == "wish":
        return [messages.file_uploaded(run=run), messages.extraction_requested(run=run)]
    outcomes = what.removeprefix("ended ").split(", ")
    return [messages.extraction_ended(outcome, run=run) for outcome in outcomes]


def test_the_table_has_every_cell() -> None:
    assert {(row, state) for row, state, _ in CELLS} == set(product(Input, State))
    assert all(set(TABLE[row]) == set(State) for row in Input)


@pytest.mark.parametrize(
    ("row", "state", "word"), CELLS, ids=[f"{row} | {state}" for row, state, _ in CELLS]
)
def test_a_cell_does_what_the_table_says(row: Input, state: State, word: str) -> None:
    for heard in heard_for(row):
        if state is not State.NONE:  # `none` has run 0: there, every message is higher
            assert classify(OURS, heard) is row
        cell = TABLE[row][state]
        assert cell.value == word
        assert Cell(word) is cell


@pytest.mark.parametrize(
    ("row", "state", "word"),
    [each for each in CELLS if each[1] is not State.NONE],
    ids=[f"{row} | {state}" for row, state, _ in CELLS if state is not State.NONE],
)
def test_a_message_moves_the_archive_as_the_table_says(row: Input, state: State, word: str) -> None:
    for heard in heard_for(row):
        reaction = react(state, OURS, heard)
        stays = word in "·✗"
        assert reaction.state == (state if stays else word)
        assert reaction.run == (OURS if stays else max(OURS, heard.run))
        assert reaction.is_change is not stays
        assert reaction.is_impossible is (word == "✗")


@pytest.mark.parametrize("run", [1, 7])
def test_the_first_message_of_all_counts_as_a_higher_run(run: int) -> None:
    assert react(State.NONE, 0, messages.file_uploaded(run=run)).state is State.AWAITED
    for outcome, state in (("ready", "ready"), ("expired", "gone"), ("deleted", "deleted")):
        reaction = react(State.NONE, 0, messages.extraction_ended(outcome, run=run))
        assert (reaction.state, reaction.run) == (state, run)


def test_deleted_keeps_the_higher_of_two_runs() -> None:
    assert react(State.GONE, 5, messages.extraction_ended("deleted", run=1)).run == 5
    assert react(State.GONE, 1, messages.extraction_ended("deleted", run=5)).run == 5
