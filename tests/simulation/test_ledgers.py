"""One suite for both forms of the ledger: Postgres, which the product has, and memory."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any, Protocol

import pytest
from django.db import connections
from django.db.models import F

from frameflow.bus.ledger import Ledger, ledger_of
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import Envelope, MessageRejected
from tests import messages
from tests.databases import every_database_committed
from tests.simulation.tables.ledger import MemoryLedger
from tests.simulation.tables.rows import Database, Session

pytestmark = every_database_committed
CONTEXT = "upload"
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Form(Protocol):
    """A ledger, another process's view of it, and a clock that can be put forward."""

    ledger: Ledger

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any: ...

    def wait(self, seconds: float) -> None: ...

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        """Return of each message: done, attempts, who has not acknowledged."""

    def heard(self) -> list[tuple[bool, int, str]]:
        """Return of each message: handled, attempts, the last error."""


class InPostgres:
    def __init__(self) -> None:
        self.ledger = ledger_of(CONTEXT)

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any:
        answers: list[Any] = []

        def work() -> None:
            answers.append(deed(ledger_of(CONTEXT)))
            connections.close_all()

        thread = Thread(target=work)
        thread.start()
        thread.join(10)
        return answers[0]

    def wait(self, seconds: float) -> None:
        earlier = F("next_attempt_at") - timedelta(seconds=seconds)
        OutboxMessage.objects.using(CONTEXT).update(next_attempt_at=earlier)

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        rows = OutboxMessage.objects.using(CONTEXT).order_by("created_at")
        awaited = OutboxDelivery.objects.using(CONTEXT).filter(acked_at=None)
        return [
            (
                row.done_at is not None,
                row.attempts,
                set(awaited.filter(message=row).values_list("consumer", flat=True)),
            )
            for row in rows
        ]

    def heard(self) -> list[tuple[bool, int, str]]:
        rows = InboxMessage.objects.using(CONTEXT).order_by("received_at")
        return [(row.handled_at is not None, row.attempts, row.last_error) for row in rows]


class InMemory:
    def __init__(self) -> None:
        self.now = AT
        self.database = Database(lambda: self.now)
        self.ledger: Ledger = self._session()

    def _session(self) -> MemoryLedger:
        return MemoryLedger(CONTEXT, Session(self.database), Random(1))  # noqa: S311

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any:
        return deed(self._session())

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        rows = self.database.table("outbox").values()
        return [(each.is_done, each.attempts, set(each.awaited)) for each in rows]

    def heard(self) -> list[tuple[bool, int, str]]:
        rows = self.database.table("inbox").values()
        return [(each.is_handled, each.attempts, each.last_error) for each in rows]


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
    for consumer in ("download", "stranger", "download"):
        form.ledger.note_acknowledgement(envelope.message_id, consumer)
    form.wait(4)
    assert form.ledger.close_acknowledged() == 0
    assert form.kept() == [(False, 1, {"orchestration"})]
    form.ledger.note_acknowledgement(envelope.message_id, "orchestration")
    assert form.ledger.close_acknowledged() == 1
    assert form.kept() == [(True, 1, set())]
    assert due(form.ledger) == []


def test_what_is_acknowledged_but_not_due_waits_to_be_closed(form: Form) -> None:
    envelope = keep(form, "download")
    form.ledger.put_off([envelope.message_id])
    form.ledger.note_acknowledgement(envelope.message_id, "download")
    assert form.ledger.close_acknowledged() == 0


def test_an_acknowledgement_of_something_unknown_changes_nothing(form: Form) -> None:
    keep(form, "download")
    form.ledger.note_acknowledgement(letter().message_id, "download")
    assert form.kept() == [(False, 0, {"download"})]


def test_a_done_message_can_be_sent_again_to_all(form: Form) -> None:
    envelope = keep(form, "download")
    form.ledger.note_acknowledgement(envelope.message_id, "download")
    assert form.ledger.close_acknowledged() == 1
    assert form.ledger.send_again([envelope.message_id, letter().message_id]) == 1
    assert form.kept() == [(False, 0, {"download"})]
    assert due(form.ledger) == [envelope]


def test_a_message_is_taken_in_once(form: Form) -> None:
    envelope = letter()
    assert form.ledger.take_in(envelope)
    assert not form.ledger.take_in(envelope)
    assert form.heard() == [(True, 1, "")]


def test_a_failure_is_kept_and_counted_until_the_message_is_taken_in(form: Form) -> None:
    envelope = letter()
    assert form.ledger.note_failure(envelope, ValueError("no")) == 1
    assert form.ledger.note_failure(envelope, KeyError("neither")) == 2
    assert form.heard() == [(False, 2, "KeyError: 'neither'")]
    assert form.ledger.take_in(envelope)
    assert form.ledger.note_failure(envelope, ValueError("late")) == 0
    assert form.heard() == [(True, 3, "KeyError: 'neither'")]


def test_only_one_process_handles_a_message(form: Form) -> None:
    message_id = letter().message_id
    with form.ledger.transaction():
        assert form.ledger.only_one_here(message_id)
        assert form.ledger.only_one_here(message_id)  # the same process
        assert not form.elsewhere(lambda ledger: _alone(ledger, message_id))
        assert form.elsewhere(lambda ledger: _alone(ledger, letter().message_id))
    assert form.elsewhere(lambda ledger: _alone(ledger, message_id))


def _alone(ledger: Ledger, message_id: Any) -> bool:
    with ledger.transaction():
        return ledger.only_one_here(message_id)


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
