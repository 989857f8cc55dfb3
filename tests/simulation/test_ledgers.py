"""One suite for both forms of the ledger: Postgres, which the product has, and memory."""

from collections.abc import Callable
from typing import Any

import pytest

from frameflow.bus.ledger import Ledger, Taken
from frameflow.contracts import Envelope, MessageRejected
from tests import messages
from tests.databases import every_database_committed
from tests.simulation.tables.forms import AT, CONTEXT, Form, InMemory, InPostgres

pytestmark = every_database_committed


@pytest.fixture(params=[InPostgres, InMemory])
def form(request: pytest.FixtureRequest) -> Form:
    made: Form = request.param()
    return made


def letter(**changed: Any) -> Envelope:
    return Envelope.around(messages.cancel_requested(**changed), producer=CONTEXT, at=AT)


def keep(form: Form, *consumers: str) -> Envelope:
    envelope = letter()
    with form.ledger.transaction():
        form.ledger.keep(envelope, consumers)
    return envelope


def due(ledger: Ledger, limit: int = 10) -> list[Envelope]:
    with ledger.transaction():
        return [each.envelope for each in ledger.lock_due(limit)]


def say_and_fail(ledger: Ledger, envelope: Envelope) -> None:
    with ledger.transaction():
        ledger.keep(envelope, ["orchestration"])
        ledger.take_in(envelope)
        with ledger.transaction():
            raise ZeroDivisionError


def test_what_is_kept_is_due_at_once_and_unchanged(form: Form) -> None:
    envelope = keep(form, "orchestration", "download")
    assert due(form.ledger) == [envelope]
    assert form.kept() == [(False, 0, {"orchestration", "download"})]


def test_a_failed_transaction_keeps_nothing_and_has_heard_nothing(form: Form) -> None:
    with pytest.raises(ZeroDivisionError):
        say_and_fail(form.ledger, letter())
    assert form.kept() == form.heard() == []
    assert due(form.ledger) == []


def test_a_message_is_seen_elsewhere_once_it_is_committed(form: Form) -> None:
    with form.ledger.transaction():
        form.ledger.keep(letter(), ["download"])
        assert form.elsewhere(due) == []
    assert len(form.elsewhere(due)) == 1


def test_what_cannot_travel_is_not_kept(form: Form) -> None:
    large = letter().model_copy(update={"payload": {"much": "x" * 70_000}})
    with pytest.raises(MessageRejected), form.ledger.transaction():
        form.ledger.keep(large, ["download"])
    assert form.kept() == []


def test_nobody_else_gets_what_is_locked(form: Form) -> None:
    first = keep(form, "download")
    with form.ledger.transaction():
        assert [each.envelope for each in form.ledger.lock_due(10)] == [first]
        second = form.elsewhere(lambda ledger: _keep_another(ledger))
        assert form.elsewhere(due) == [second]
    assert form.elsewhere(due) == [first, second]


def _keep_another(ledger: Ledger) -> Envelope:
    envelope = letter()
    with ledger.transaction():
        ledger.keep(envelope, ["download"])
    return envelope


def test_the_longest_due_goes_first_and_no_more_than_asked(form: Form) -> None:
    first, second, third = (keep(form, "download") for _ in range(3))
    with form.ledger.transaction():
        form.ledger.put_off([first.message_id])
    form.wait(10)
    assert due(form.ledger, limit=2) == [second, third]
    assert due(form.ledger) == [second, third, first]


def test_each_attempt_waits_longer_up_to_a_minute(form: Form) -> None:
    envelope = keep(form, "download")
    for least_s in (2, 4, 8, 16, 32, 60, 60):
        form.ledger.put_off([envelope.message_id])
        form.wait(least_s - 0.5)
        assert due(form.ledger) == []
        form.wait(1.6)
        assert due(form.ledger) == [envelope]
    assert form.kept() == [(False, 7, {"download"})]
    with form.ledger.transaction():
        assert [each.attempts for each in form.ledger.lock_due(1)] == [7]


def test_what_all_have_acknowledged_is_done_when_it_is_due_again(form: Form) -> None:
    envelope = keep(form, "download", "orchestration")
    form.ledger.put_off([envelope.message_id])
    heard = [(envelope.message_id, each) for each in ("download", "stranger", "download")]
    form.ledger.note_acknowledgements(heard)
    form.wait(4)
    assert form.ledger.close_acknowledged() == 0
    assert form.kept() == [(False, 1, {"orchestration"})]
    form.ledger.note_acknowledgements([(envelope.message_id, "orchestration")])
    assert form.ledger.close_acknowledged() == 1
    assert form.kept() == [(True, 1, set())]
    assert due(form.ledger) == []


def test_what_is_acknowledged_but_not_due_waits_to_be_closed(form: Form) -> None:
    envelope = keep(form, "download")
    form.ledger.put_off([envelope.message_id])
    form.ledger.note_acknowledgements([(envelope.message_id, "download")])
    assert form.ledger.close_acknowledged() == 0


def test_what_all_have_acknowledged_is_not_sent_again_though_it_is_not_closed(form: Form) -> None:
    heard, half_heard = (keep(form, "download", "orchestration") for _ in range(2))
    both = [(heard.message_id, "download"), (heard.message_id, "orchestration")]
    form.ledger.note_acknowledgements([*both, (half_heard.message_id, "download")])
    assert due(form.ledger) == [half_heard]
    assert form.kept() == [(False, 0, set()), (False, 0, {"orchestration"})]


def test_many_acknowledgements_are_noted_together(form: Form) -> None:
    first, second = (keep(form, "download", "orchestration") for _ in range(2))
    form.ledger.note_acknowledgements([])
    hearers = [(first, "download"), (second, "orchestration"), (second, "download")]
    form.ledger.note_acknowledgements([(each.message_id, who) for each, who in hearers])
    assert [awaited for _, _, awaited in form.kept()] == [{"orchestration"}, set()]


def test_an_acknowledgement_of_something_unknown_changes_nothing(form: Form) -> None:
    keep(form, "download")
    form.ledger.note_acknowledgements([(letter().message_id, "download")])
    assert form.kept() == [(False, 0, {"download"})]


def test_a_done_message_can_be_sent_again_to_all(form: Form) -> None:
    envelope = keep(form, "download")
    form.ledger.note_acknowledgements([(envelope.message_id, "download")])
    assert form.ledger.close_acknowledged() == 1
    assert form.ledger.send_again([envelope.message_id, letter().message_id]) == 1
    assert form.kept() == [(False, 0, {"download"})]
    assert due(form.ledger) == [envelope]


def test_a_message_is_taken_in_once(form: Form) -> None:
    envelope = letter()
    assert taken_in(form.ledger, envelope) is Taken.NEW
    assert taken_in(form.ledger, envelope) is Taken.KNOWN
    assert form.elsewhere(lambda ledger: taken_in(ledger, envelope)) is Taken.KNOWN
    assert form.heard() == [(True, 1, "")]


def test_a_failure_is_kept_and_counted_until_the_message_is_taken_in(form: Form) -> None:
    envelope = letter()
    assert form.ledger.note_failure(envelope, ValueError("no")) == 1
    assert form.ledger.note_failure(envelope, KeyError("neither")) == 2
    assert form.heard() == [(False, 2, "KeyError: 'neither'")]
    assert taken_in(form.ledger, envelope) is Taken.NEW
    assert form.ledger.note_failure(envelope, ValueError("late")) == 0
    assert form.heard() == [(True, 3, "KeyError: 'neither'")]


def taken_in(ledger: Ledger, envelope: Envelope) -> Taken:
    with ledger.transaction():
        return ledger.take_in(envelope)


def take_in_and_fail(ledger: Ledger, envelope: Envelope) -> None:
    with ledger.transaction():
        assert ledger.take_in(envelope) is Taken.NEW
        raise ZeroDivisionError


def test_only_one_process_handles_a_message(form: Form) -> None:
    envelope, other = letter(), letter()
    with form.ledger.transaction():
        assert form.ledger.take_in(envelope) is Taken.NEW
        assert form.ledger.take_in(envelope) is Taken.KNOWN  # the same process
        assert form.elsewhere(lambda ledger: taken_in(ledger, envelope)) is Taken.ELSEWHERE
        assert form.elsewhere(lambda ledger: taken_in(ledger, other)) is Taken.NEW
    assert form.elsewhere(lambda ledger: taken_in(ledger, envelope)) is Taken.KNOWN


def test_what_a_process_failed_to_handle_another_may_take_in(form: Form) -> None:
    envelope = letter()
    with pytest.raises(ZeroDivisionError):
        take_in_and_fail(form.ledger, envelope)
    assert form.heard() == []
    assert form.elsewhere(lambda ledger: taken_in(ledger, envelope)) is Taken.NEW


def test_a_failure_noted_while_another_has_the_message_in_hand_does_not_stand_in_its_way(
    form: Form,
) -> None:
    envelope = letter()
    assert form.ledger.note_failure(envelope, ValueError("no")) == 1
    with form.ledger.transaction():
        assert form.ledger.take_in(envelope) is Taken.NEW
        assert form.elsewhere(lambda ledger: taken_in(ledger, envelope)) is Taken.ELSEWHERE
    assert form.heard() == [(True, 2, "ValueError: no")]


def test_what_comes_after_the_commit_comes_after_the_outermost(form: Form) -> None:
    said: list[object] = []
    envelope = letter()
    with form.ledger.transaction():
        with form.ledger.transaction():
            form.ledger.keep(envelope, ["download"])
            form.ledger.after_commit(lambda: said.append(form.elsewhere(due)))
        assert said == []
    assert said == [[envelope]]
    form.ledger.after_commit(lambda: said.append("at once"))
    assert said[1:] == ["at once"]


def test_nothing_comes_after_a_transaction_that_failed(form: Form) -> None:
    said: list[int] = []
    with pytest.raises(ZeroDivisionError):
        _hope_and_fail(form.ledger, lambda: said.append(1))
    with form.ledger.transaction():
        form.ledger.keep(letter(), ["download"])
    assert said == []


def _hope_and_fail(ledger: Ledger, hope: Callable[[], object]) -> None:
    with ledger.transaction():
        ledger.after_commit(hope)
        raise ZeroDivisionError


def test_what_fails_after_the_commit_is_logged_and_changes_nothing(
    form: Form, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[int] = []
    with form.ledger.transaction():
        form.ledger.keep(letter(), ["download"])
        form.ledger.after_commit(lambda: 1 / 0)
        form.ledger.after_commit(lambda: said.append(1))
    form.ledger.after_commit(lambda: 1 / 0)
    assert (len(form.kept()), said) == (1, [1])
    failed = [each.exc_info for each in caplog.records if each.exc_info]
    assert [each[0] for each in failed] == [ZeroDivisionError] * 2


def test_an_alarm_is_kept_beside_the_message_that_is_handled(form: Form) -> None:
    envelope, other = letter(), letter()
    assert taken_in(form.ledger, other) is Taken.NEW
    with form.ledger.transaction():
        form.ledger.take_in(envelope)
        form.ledger.note_alarm(envelope.message_id, "saga.impossible")
        form.ledger.note_alarm(letter().message_id, "of something unknown")
    assert form.alarms() == ["", "saga.impossible"]
    assert [handled for handled, _, _ in form.heard()] == [True, True]


def test_an_alarm_is_forgotten_with_its_transaction(form: Form) -> None:
    envelope = letter()
    assert form.ledger.note_failure(envelope, ValueError("no")) == 1
    with pytest.raises(ZeroDivisionError):
        _alarm_and_fail(form.ledger, envelope)
    assert form.alarms() == [""]


def _alarm_and_fail(ledger: Ledger, envelope: Envelope) -> None:
    with ledger.transaction():
        ledger.take_in(envelope)
        ledger.note_alarm(envelope.message_id, "saga.impossible")
        raise ZeroDivisionError
