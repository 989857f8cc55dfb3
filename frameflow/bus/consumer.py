"""From the transport to a handler: once, in one transaction with the inbox, then acknowledged."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence

import structlog
from django.db import Error, connections
from django.utils import timezone

from frameflow.bus.away import is_away
from frameflow.bus.backends import backend, gathered
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.ledger import Taken
from frameflow.bus.party import Party
from frameflow.bus.registry import Handler
from frameflow.bus.transaction import caused_by
from frameflow.contracts import Envelope, EventAck, Message, MessageRejected, message_class

ALARM_AFTER_ATTEMPTS = 5
PAUSE_S = 1.0
BATCH = 50
#: Looked at after each message: acknowledgements then wait no longer for others of their hand, or
#: the outbox would send again.
ANSWER_WITHIN_S = 0.2

Letter = tuple[Envelope, Message]

log = structlog.stdlib.get_logger(__name__)


def consume(context: str | Party, *raws: bytes, stop: threading.Event | None = None) -> int:
    """Hear messages as one context, each kept one in a transaction of its own; what is noted and
    what is answered goes together. Whatever goes wrong, the producer will send it again.

    Returns how many were dealt with: not all where `stop` was set meanwhile.
    """
    party = Party.of(context)
    letters = [_opened(party, raw) for raw in raws]
    _note_acknowledgements(party, [message for _, message in filter(None, letters)])
    heard: list[Envelope] = []
    began, done = time.monotonic(), 0
    for done, letter in enumerate(_until(stop, letters), start=1):  # noqa: B007
        if letter and not isinstance(letter[1], EventAck) and _hear(party, *letter):
            heard.append(letter[0])
        if time.monotonic() - began > ANSWER_WITHIN_S:
            _acknowledge(party, heard)
            heard, began = [], time.monotonic()
    _acknowledge(party, heard)
    return done


def _until(
    stop: threading.Event | None, letters: Iterable[Letter | None]
) -> Iterator[Letter | None]:
    """Look after each message whether to stop: that is the loop's sign of life too, and a message
    may take long while a part is away."""
    for letter in letters:
        yield letter
        if stop is not None and stop.is_set():
            return


def _opened(party: Party, raw: bytes) -> Letter | None:
    """Return a message that concerns this context, checked."""
    try:
        envelope = Envelope.decode(raw)
        if party.handler_of(envelope.type) or envelope.type == EventAck.type:
            return envelope, envelope.open()
    except MessageRejected as error:
        log.error("consumer.rejected", context=party.name, reason=str(error)[:400])
    return None


def _note_acknowledgements(party: Party, messages: Sequence[Message]) -> None:
    """May be lost: the message then goes again, and is acknowledged again."""
    acks = [each for each in messages if isinstance(each, EventAck) and each.producer == party.name]
    if not acks:
        return
    try:
        party.ledger.note_acknowledgements([(each.message_id, each.consumer) for each in acks])
    except Exception as error:  # one that cannot be noted never stops what is heard
        log.warning("consumer.acks_lost", context=party.name, count=len(acks), reason=str(error))
        if isinstance(error, Error):
            party.ledger.reconnect()


def _hear(party: Party, envelope: Envelope, message: Message) -> bool:
    """Return whether the message is taken in for good, now or before."""
    with structlog.contextvars.bound_contextvars(correlation_id=str(envelope.correlation_id)):
        try:
            if message.is_durable:
                return _hear_once(party, envelope, message)
            _handler(party, envelope)(message)
        except Exception as error:  # one failing handler never stops another
            _keep_failure(party, envelope, error)
    return False


def _hear_once(party: Party, envelope: Envelope, message: Message) -> bool:
    with party.ledger.transaction():
        taken = party.ledger.take_in(envelope)
        if taken is Taken.NEW:
            with caused_by(envelope.message_id):
                _handler(party, envelope)(message)
    return taken is not Taken.ELSEWHERE


def _acknowledge(party: Party, heard: Sequence[Envelope]) -> None:
    """May be lost: the message then comes again and is acknowledged again."""
    if not heard:
        return
    try:
        party.transport.publish([_answer(party, envelope).encode() for envelope in heard])
    except BusUnavailable:
        log.info("consumer.acks_lost", context=party.name, count=len(heard))


def _answer(party: Party, envelope: Envelope) -> Envelope:
    ack = EventAck(message_id=envelope.message_id, consumer=party.name, producer=envelope.producer)
    return Envelope.around(
        ack,
        producer=party.name,
        at=timezone.now(),
        causation_id=envelope.message_id,
        correlation_id=envelope.correlation_id,
    )


def _keep_failure(party: Party, envelope: Envelope, error: Exception) -> None:
    facts = {"context": party.name, "message_id": str(envelope.message_id), "type": envelope.type}
    away = is_away(error)
    log.warning("consumer.failed", exc_info=None if away else error, reason=str(error), **facts)
    try:
        attempts = _note_failure(party, envelope, error)
    except Error:
        party.ledger.reconnect()
    else:
        if attempts and attempts % ALARM_AFTER_ATTEMPTS == 0:
            log.error("consumer.keeps_failing", attempts=attempts, **facts)


def _note_failure(party: Party, envelope: Envelope, error: Exception) -> int:
    if not message_class(envelope.type, envelope.version).is_durable:
        return 0
    return party.ledger.note_failure(envelope, error)


def _handler(party: Party, envelope: Envelope) -> Handler:
    handler = party.handler_of(envelope.type)
    assert handler is not None  # noqa: S101  asked for in consume()
    return handler


def consume_forever(consumer: str, stop: threading.Event) -> None:
    """Hear messages until told to stop; what is missed meanwhile is sent again."""
    transport = backend()
    while not stop.is_set():
        try:
            for hand in gathered(transport.subscribe(consumer, stop), BATCH):
                done = consume(consumer, *(delivery.raw for delivery in hand), stop=stop)
                transport.ack(consumer, *hand[:done])
        except BusUnavailable as error:
            log.warning("consumer.paused", context=consumer, reason=str(error))
            stop.wait(PAUSE_S)
    connections[consumer].close()
