"""What arrived together is dealt with together, and yet each message stands alone."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from frameflow.bus import consumer, registry, unit_of_work
from frameflow.bus.backends import Delivery, backend, gathered
from frameflow.bus.consumer import consume, consume_forever
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.bus.relay import relay_once
from frameflow.contracts import CancelRequested, Envelope, EventAck
from tests import messages
from tests.bus import Bus
from tests.databases import every_database, every_database_committed

pytestmark = every_database
KEY = ("orchestration", CancelRequested.type)


@pytest.fixture
def hears(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Orchestration hears CANCEL_REQUESTED with a handler of the test's own."""
    heard: list[Any] = []
    monkeypatch.setitem(registry._handlers, KEY, heard.append)
    return heard


def said(bus: Bus, count: int) -> list[bytes]:
    """Have upload say so many wishes; return them as they travel."""
    with unit_of_work("upload") as uow:
        for _ in range(count):
            uow.publish(messages.cancel_requested())
    relay_once("upload")
    return bus.transport.take()


def answers(bus: Bus) -> list[Envelope]:
    return [Envelope.decode(raw) for raw in bus.transport.take()]


def ids(raws: list[bytes]) -> list[str]:
    return [str(Envelope.decode(raw).message_id) for raw in raws]


@pytest.fixture
def publishings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each call to the transport carried."""
    sizes: list[int] = []
    publish = backend().publish

    def counted(raws: list[bytes]) -> None:
        sizes.append(len(raws))
        publish(raws)

    monkeypatch.setattr(backend(), "publish", counted)
    return sizes


def test_one_that_fails_stops_no_other_and_alone_is_not_acknowledged(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = said(bus, 3)
    bad = Envelope.decode(raws[1]).correlation_id

    def fail_one(wish: CancelRequested) -> None:
        assert wish.extraction_id != bad, "no such luck"

    monkeypatch.setitem(registry._handlers, KEY, fail_one)
    consume("orchestration", *raws)
    assert [each.payload["message_id"] for each in answers(bus)] == [ids(raws)[0], ids(raws)[2]]
    heard = InboxMessage.objects.using("orchestration").filter(handled_at=None)
    assert [str(each.message_id) for each in heard] == [ids(raws)[1]]


def test_each_is_handled_in_a_transaction_of_its_own(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def count_inbox(wish: CancelRequested) -> None:
        seen.append(InboxMessage.objects.using("orchestration").count())
        raise ZeroDivisionError

    monkeypatch.setitem(registry._handlers, KEY, count_inbox)
    consume("orchestration", *said(bus, 3))
    assert seen == [1, 2, 3]  # its own row, and the failures noted before
    assert answers(bus) == []


def test_acknowledgements_leave_together(
    bus: Bus, hears: list[Any], publishings: list[int]
) -> None:
    raws = said(bus, 5)
    publishings.clear()
    consume("orchestration", *raws)
    assert publishings == [5]
    assert len(hears) == 5


def test_acknowledgements_do_not_wait_for_slow_handlers(
    bus: Bus, hears: list[Any], publishings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "ANSWER_WITHIN_S", -1.0)
    raws = said(bus, 3)
    publishings.clear()
    consume("orchestration", *raws)
    assert publishings == [1, 1, 1]


def test_a_stop_is_heard_between_two_messages(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, heard = threading.Event(), list[Any]()

    def hear_and_stop(wish: CancelRequested) -> None:
        heard.append(wish)
        stop.set()

    monkeypatch.setitem(registry._handlers, KEY, hear_and_stop)
    raws = said(bus, 3)
    assert consume("orchestration", *raws, stop=stop) == len(heard) == 1
    assert [each.payload["message_id"] for each in answers(bus)] == ids(raws)[:1]


def test_the_transport_hears_of_no_more_than_was_dealt_with(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    acked: list[Delivery] = []
    stop = threading.Event()
    monkeypatch.setitem(registry._handlers, KEY, lambda wish: stop.set())
    wish = Envelope.around(messages.cancel_requested(), producer="upload", at=timezone.now())
    hand = [Delivery(wish.encode(), str(number), more_at_hand=True) for number in range(3)]
    monkeypatch.setattr(backend(), "subscribe", lambda *args: iter(hand))
    monkeypatch.setattr(backend(), "ack", lambda consumer, *done: acked.extend(done))
    consume_forever("orchestration", stop)
    assert acked == hand[:1]


def test_a_transport_that_is_away_loses_acknowledgements_and_no_message(
    bus: Bus, hears: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = said(bus, 2)
    with monkeypatch.context() as away, capture_logs() as lines:
        away.setattr(backend(), "publish", lambda raws: (_ for _ in ()).throw(BusUnavailable()))
        consume("orchestration", *raws)
    assert [each["event"] for each in lines] == ["consumer.acks_lost"]
    consume("orchestration", *raws)
    assert len(answers(bus)) == len(hears) == 2


def test_acknowledgements_are_noted_by_whom_they_are_for(bus: Bus, hears: list[Any]) -> None:
    consume("orchestration", *said(bus, 3))
    acks = bus.transport.take()
    with CaptureQueriesContext(connections["download"]) as asked:
        consume("download", *acks)
    assert len(asked) == 0
    assert bus.awaited("upload") == 3
    consume("upload", *acks)
    assert bus.awaited("upload") == 0


def test_notes_that_a_crash_of_the_database_took_are_made_again(bus: Bus, hears: list[Any]) -> None:
    """Their commits do not wait for the disk: what was noted last may be gone afterwards."""
    consume("orchestration", *said(bus, 3))
    consume("upload", *bus.transport.take())
    assert bus.awaited("upload") == 0
    OutboxDelivery.objects.using("upload").update(acked_at=None)  # the crash
    earlier = Now() - timedelta(seconds=1)
    OutboxMessage.objects.using("upload").update(attempts=0, next_attempt_at=earlier)
    assert sorted(bus.settle()) == ["CANCEL_REQUESTED"] * 3 + ["EVENT_ACK"] * 3
    assert bus.awaited("upload") == 0
    assert len(hears) == 3


@every_database_committed
def test_what_a_handler_does_is_on_the_disk_before_it_is_acknowledged(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notes and messages share a connection: the haste of the ones must not be the others'."""
    found: list[str] = []

    def look(message: object) -> None:
        with connections["upload"].cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            found.append(cursor.fetchone()[0])

    monkeypatch.setitem(registry._handlers, ("upload", CancelRequested.type), look)
    raws = said(bus, 2)
    consume("orchestration", *raws)
    with connections["upload"].cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")  # the servers of the tests hurry
    consume("upload", *bus.transport.take(), *raws)
    assert bus.awaited("upload") == 0
    assert found == ["on", "on"]
    connections["upload"].close()


def test_an_acknowledgement_that_cannot_be_noted_stops_nothing(bus: Bus, hears: list[Any]) -> None:
    (raw,) = said(bus, 1)
    forged = EventAck(
        message_id=Envelope.decode(raw).message_id, consumer="\0", producer="orchestration"
    )
    ack = Envelope.around(
        forged,
        producer="x",
        at=messages.datetime.now(messages.UTC),
        correlation_id=forged.message_id,
    )
    with capture_logs() as lines:
        consume("orchestration", ack.encode(), raw)
    assert "consumer.acks_lost" in [each["event"] for each in lines]
    assert len(hears) == len(answers(bus)) == 1


def test_what_arrived_together_is_gathered_up_to_a_limit() -> None:
    def arriving() -> Iterator[Delivery]:
        for number, more in enumerate([True, True, False, False, True, True, True, True]):
            yield Delivery(b"%d" % number, more_at_hand=more)

    hands = [[each.raw for each in hand] for hand in gathered(arriving(), 3)]
    assert hands == [[b"0", b"1", b"2"], [b"3"], [b"4", b"5", b"6"], [b"7"]]


def test_nothing_waits_for_what_has_not_arrived() -> None:
    def arriving() -> Iterator[Delivery]:
        yield Delivery(b"alone")
        pytest.fail("asked for more")

    assert next(gathered(arriving(), 50))[0].raw == b"alone"
