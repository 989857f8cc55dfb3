"""Every cell of the saga's table, read from the page that is the law."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.orchestration.saga import (
    TABLE,
    Heard,
    Input,
    Policy,
    Replaced,
    Saga,
    State,
    TimerRang,
    react,
)
from frameflow.contracts import ExtractionEnded, ProcessFile
from tests import messages
from tests.tables import Cell, cells

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEPT = Policy(deadline=timedelta(hours=24), retention=timedelta(days=30))
RUN = 3
CELLS = cells("Saga (orchestration)")


def saga_in(state: str) -> Saga:
    ids = messages.ids(run=0 if state == "none" else RUN)
    until = AT + timedelta(days=1) if state == "ready" else None
    return Saga(**ids, state=State(state), timer_at=until, expires_at=until)


def heard_in(cell: Cell, saga: Saga) -> list[Heard]:
    """Return every message that the row's title stands for."""
    run = {"same run": saga.run, "run not higher": saga.run, "higher run": saga.run + 1}
    named = next((run[each] for each in run if cell.heard.endswith(each)), saga.run - 1)
    if "not higher" in cell.heard:
        named = saga.run
    ids = {**saga.ids(), "run": max(named, 0)}
    build = {
        "FILE_UPLOADED": messages.file_uploaded,
        "CANCEL_REQUESTED": messages.cancel_requested,
        "FILE_PROCESSED": messages.file_processed,
        "FILE_FAILED": messages.file_failed,
        "EXPIRY_EXTENDED": messages.expiry_extended,
    }
    title = cell.heard
    if title.startswith("own timer"):
        return [TimerRang()]
    if title.startswith("a newer"):
        return [Replaced()]
    if title.startswith("VIDEO_DELETED"):
        return [messages.video_deleted(extraction_ids=[saga.extraction_id])]
    if title.startswith("the same") or title.startswith("FILE_UPLOADED"):
        wishes = (messages.file_uploaded, messages.extraction_requested)
        return [make(**ids) for make in wishes] if ids["run"] >= 1 else []
    if title.startswith("cancel, processed"):
        kinds = [build[name] for name in build if name != "FILE_UPLOADED"]
        return [make(**ids) for make in kinds] if ids["run"] >= 1 else []
    if title.startswith("processed"):
        reports = ("FILE_PROCESSED", "FILE_FAILED", "EXPIRY_EXTENDED")
        return [build[name](**ids) for name in reports]
    make = build[title.split(",")[0]]
    return [make(**ids)] if ids["run"] >= 1 else []


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_every_cell_of_the_table_is_what_the_saga_does(cell: Cell) -> None:
    saga = saga_in(cell.state)
    for heard in heard_in(cell, saga):
        reaction = react(saga, heard, at=AT, policy=KEPT)
        assert reaction.saga.state == cell.next_state
        assert reaction.alarm is cell.is_impossible
        assert [each.type for each in reaction.messages] == cell.says
        assert reaction.replaces_older is ("replaced" in cell.text)
        if cell.is_ignored or cell.is_impossible:
            assert reaction.saga == saga


def test_the_page_and_the_code_have_the_same_number_of_rows() -> None:
    titles = {cell.heard for cell in CELLS}
    assert len(titles) == len(TABLE)
    assert all(len(row) == len(State) for row in TABLE.values())


def test_the_saga_takes_the_run_of_a_higher_message() -> None:
    saga = saga_in("failed")
    heard = messages.extraction_requested(**{**saga.ids(), "run": 7})
    reaction = react(saga, heard, at=AT, policy=KEPT)
    assert reaction.saga.run == 7
    command = reaction.messages[0]
    assert isinstance(command, ProcessFile)
    assert command.run == 7


def test_a_run_has_a_deadline_and_a_result_an_end() -> None:
    started = react(saga_in("none"), messages.file_uploaded(), at=AT, policy=KEPT).saga
    assert started.timer_at == AT + KEPT.deadline
    done = messages.file_processed(**started.ids())
    ended = react(started, done, at=AT, policy=KEPT)
    verdict = ended.messages[0]
    assert isinstance(verdict, ExtractionEnded)
    assert verdict.expires_at == ended.saga.timer_at == AT + timedelta(days=30)
    assert verdict.result == done.result()


def test_without_retention_nothing_ever_expires() -> None:
    forever = Policy(retention=None)
    saga = saga_in("processing")
    ended = react(saga, messages.file_processed(**saga.ids()), at=AT, policy=forever)
    assert ended.saga.timer_at is None
    assert ended.messages[0].model_dump()["expires_at"] is None


def test_an_expiry_only_moves_later() -> None:
    saga = saga_in("ready")
    assert saga.expires_at is not None
    for days, moved in ((-1, False), (5, True)):
        until = saga.expires_at + timedelta(days=days)
        heard = messages.expiry_extended(**saga.ids(), expires_at=until)
        after = react(saga, heard, at=AT, policy=KEPT).saga
        assert (after.expires_at == until) is moved


def test_a_deadline_is_told_as_a_timeout_that_may_be_tried_again() -> None:
    reaction = react(saga_in("processing"), TimerRang(), at=AT, policy=KEPT)
    verdict = reaction.messages[0]
    assert isinstance(verdict, ExtractionEnded)
    assert verdict.error is not None
    assert (verdict.error.code, verdict.error.retryable) == ("timeout", True)


def test_a_message_of_no_concern_is_an_error_of_the_caller() -> None:
    with pytest.raises(TypeError):
        react(saga_in("none"), messages.archive_published(), at=AT, policy=KEPT)


def test_every_input_is_on_the_table() -> None:
    assert set(TABLE) == set(Input)
