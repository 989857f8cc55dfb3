"""Outbox, relay, consumer, inbox, acknowledgement: what holds whatever is lost or doubled."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models.functions import Now

from frameflow.bus import registry, unit_of_work
from frameflow.bus.backends import backend
from frameflow.bus.consumer import consume
from frameflow.bus.exceptions import AlreadySubscribed, BusUnavailable, NotTheOwner
from frameflow.bus.ledger import Taken, ledger_of
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.bus.relay import relay_once
from frameflow.contracts import CancelRequested, Envelope
from tests import messages
from tests.bus import Bus
from tests.databases import every_database, every_database_committed

pytestmark = every_database


@pytest.fixture
def hears(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Orchestration hears CANCEL_REQUESTED with a handler of the test's own."""
    heard: list[Any] = []
    key = ("orchestration", CancelRequested.type)
    monkeypatch.setitem(registry._handlers, key, heard.append)
    return heard


def publish(**changed: Any) -> CancelRequested:
    wish = messages.cancel_requested(**changed)
    with unit_of_work("upload") as uow:
        uow.publish(wish)
    return wish


def make_due() -> None:
    OutboxMessage.objects.using("upload").update(next_attempt_at=Now() - timedelta(seconds=1))


def test_a_message_reaches_its_consumer_once_and_is_acknowledged(
    bus: Bus, hears: list[Any]
) -> None:
    wish = publish()
    assert bus.settle() == ["CANCEL_REQUESTED", "EVENT_ACK"]
    assert hears == [wish]
    assert bus.awaited("upload") == 0
    make_due()
    assert bus.settle() == []
    assert OutboxMessage.objects.using("upload").get().done_at is not None


def test_a_lost_message_is_sent_again(bus: Bus, hears: list[Any]) -> None:
    publish()
    relay_once("upload")
    bus.transport.take()  # lost on the way
    assert bus.settle() == []
    make_due()
    assert bus.settle() == ["CANCEL_REQUESTED", "EVENT_ACK"]
    assert len(hears) == 1


def test_a_lost_acknowledgement_is_given_again_without_handling_again(
    bus: Bus, hears: list[Any]
) -> None:
    publish()
    relay_once("upload")
    (raw,) = bus.transport.take()
    consume("orchestration", raw)
    bus.transport.take()  # the acknowledgement is lost
    make_due()
    assert bus.settle() == ["CANCEL_REQUESTED", "EVENT_ACK"]
    assert len(hears) == 1
    assert bus.awaited("upload") == 0


def test_a_doubled_message_is_handled_once(bus: Bus, hears: list[Any]) -> None:
    publish()
    relay_once("upload")
    (raw,) = bus.transport.take()
    for _ in range(3):
        consume("orchestration", raw)
    assert len(hears) == 1
    assert InboxMessage.objects.using("orchestration").count() == 1


def test_a_failing_handler_keeps_its_error_and_its_count_and_is_not_acknowledged(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(message: CancelRequested) -> None:
        publish_inside = messages.process_file()
        with unit_of_work("orchestration") as uow:
            uow.publish(publish_inside)
        raise RuntimeError("no such luck")

    key = ("orchestration", CancelRequested.type)
    monkeypatch.setitem(registry._handlers, key, fail)
    publish()
    for attempt in (1, 2):
        make_due()
        assert bus.settle() == ["CANCEL_REQUESTED"]
        kept = InboxMessage.objects.using("orchestration").get()
        assert (kept.attempts, kept.handled_at) == (attempt, None)
        assert "no such luck" in kept.last_error
    assert bus.awaited("upload") == 1
    assert bus.outbox("orchestration") == []  # what it published was rolled back with it


def test_a_handler_that_failed_is_acknowledged_once_it_succeeds(
    bus: Bus, hears: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ("orchestration", CancelRequested.type)
    good = registry._handlers[key]
    monkeypatch.setitem(registry._handlers, key, lambda message: 1 / 0)
    publish()
    bus.settle()
    monkeypatch.setitem(registry._handlers, key, good)
    make_due()
    assert bus.settle() == ["CANCEL_REQUESTED", "EVENT_ACK"]
    assert len(hears) == 1
    assert bus.awaited("upload") == 0


def test_each_attempt_waits_longer_up_to_a_minute(bus: Bus) -> None:
    publish()
    waits = []
    for _ in range(8):
        relay_once("upload")
        message = OutboxMessage.objects.using("upload").annotate(now=Now()).get()
        waits.append((message.next_attempt_at - message.now).total_seconds())
        make_due()
    assert [round(wait - 0.5) for wait in waits[:4]] == pytest.approx([2, 4, 8, 16], abs=1)
    assert waits[-1] <= 61.1


def test_a_transport_that_is_away_changes_nothing(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(raws: list[bytes]) -> None:
        raise BusUnavailable("away")

    publish()
    monkeypatch.setattr(backend(), "publish", away)
    with pytest.raises(BusUnavailable):
        relay_once("upload")
    assert OutboxMessage.objects.using("upload").get().attempts == 0


def test_state_and_message_commit_together_or_not_at_all() -> None:
    def say_and_fail() -> None:
        with unit_of_work("upload") as uow:
            uow.publish(messages.cancel_requested())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        say_and_fail()
    assert not OutboxMessage.objects.using("upload").exists()


def test_a_context_publishes_only_what_it_owns() -> None:
    with unit_of_work("upload") as uow, pytest.raises(NotTheOwner):
        uow.publish(messages.process_file())


def test_what_a_handler_says_names_its_cause(bus: Bus) -> None:
    with unit_of_work("upload") as uow:
        uow.publish(messages.file_uploaded())
    bus.settle()
    by_type = {each.type: each for each in bus.seen if each.type != "EVENT_ACK"}
    assert by_type["PROCESS_FILE"].causation_id == by_type["FILE_UPLOADED"].message_id
    assert {each.correlation_id for each in bus.seen} == {by_type["FILE_UPLOADED"].correlation_id}


def test_support_can_send_a_done_message_again(bus: Bus, hears: list[Any]) -> None:
    publish()
    bus.settle()
    make_due()
    bus.settle()
    message = OutboxMessage.objects.using("upload").get()
    assert ledger_of("upload").send_again([message.pk]) == 1
    assert bus.settle() == ["CANCEL_REQUESTED", "EVENT_ACK"]
    assert len(hears) == 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"\xff" * 100, b"x" * 70_000, b'{"type": "CANCEL_REQUESTED"}'],
    ids=["empty", "no fields", "not text", "too long", "half"],
)
def test_what_is_no_message_is_dropped(raw: bytes, hears: list[Any]) -> None:
    consume("orchestration", raw)
    assert hears == []
    assert not InboxMessage.objects.using("orchestration").exists()


def test_another_version_is_not_guessed_at(hears: list[Any]) -> None:
    good = Envelope.around(
        messages.cancel_requested(), producer="upload", at=messages.datetime.now(messages.UTC)
    )
    consume("orchestration", good.model_copy(update={"version": 2}).encode())
    assert hears == []


def test_fields_that_a_reader_does_not_know_are_ignored(hears: list[Any]) -> None:
    good = Envelope.around(
        messages.cancel_requested(), producer="upload", at=messages.datetime.now(messages.UTC)
    )
    more = {**good.payload, "colour": "blue"}
    consume("orchestration", good.model_copy(update={"payload": more}).encode())
    assert len(hears) == 1


def test_a_context_cannot_hear_the_same_message_twice() -> None:
    def again(message: CancelRequested) -> None: ...

    again.__module__ = "apps.orchestration.handlers"
    with pytest.raises(AlreadySubscribed):
        registry.subscribe(CancelRequested)(again)


@every_database_committed
def test_two_processes_never_handle_one_message_at_once(bus: Bus, hears: list[Any]) -> None:
    publish()
    relay_once("upload")
    (raw,) = bus.transport.take()
    envelope = Envelope.decode(raw)

    def other_process() -> None:
        consume("orchestration", raw)
        connections.close_all()

    with transaction.atomic(using="orchestration"):
        assert ledger_of("orchestration").take_in(envelope) is Taken.NEW
        thread = Thread(target=other_process)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        transaction.set_rollback(True, using="orchestration")
    assert hears == []
    assert bus.transport.take() == []
    consume("orchestration", raw)
    assert len(hears) == 1


@every_database_committed
def test_contexts_on_one_server_do_not_stand_in_each_others_way() -> None:
    wish = messages.cancel_requested()
    envelope = Envelope.around(wish, producer="upload", at=messages.datetime.now(messages.UTC))
    with transaction.atomic(using="upload"), transaction.atomic(using="download"):
        assert ledger_of("upload").take_in(envelope) is Taken.NEW
        assert ledger_of("download").take_in(envelope) is Taken.NEW


@every_database_committed
def test_relays_share_the_outbox_and_never_take_the_same_message(bus: Bus) -> None:
    for _ in range(50):
        publish()

    def relay() -> None:
        while relay_once("upload"):
            pass
        connections.close_all()

    threads = [Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    sent = [Envelope.decode(raw).message_id for raw in bus.transport.take()]
    assert len(sent) == len(set(sent)) == 50


def test_no_delivery_row_is_missing(bus: Bus) -> None:
    with unit_of_work("upload") as uow:
        uow.publish(messages.file_uploaded())
    consumers = OutboxDelivery.objects.using("upload").values_list("consumer", flat=True)
    assert set(consumers) == {"orchestration", "download"}
