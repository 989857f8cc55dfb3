"""From the transport to a handler: once, in one transaction with the inbox, then acknowledged."""

import threading

import structlog
from django.db import Error, connections
from django.utils import timezone

from frameflow.bus.away import is_away
from frameflow.bus.backends import backend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.party import Party
from frameflow.bus.registry import Handler
from frameflow.bus.transaction import caused_by
from frameflow.contracts import Envelope, EventAck, Message, MessageRejected, message_class

ALARM_AFTER_ATTEMPTS = 5
PAUSE_S = 1.0

log = structlog.stdlib.get_logger(__name__)


def consume(context: str | Party, raw: bytes) -> None:
    """Hear one message as one context. Whatever goes wrong, the producer will send it again."""
    party = Party.of(context)
    try:
        envelope = Envelope.decode(raw)
        if party.handler_of(envelope.type) or envelope.type == EventAck.type:
            _dispatch(party, envelope, envelope.open())
    except MessageRejected as error:
        log.error("consumer.rejected", context=party.name, reason=str(error)[:400])


def _dispatch(party: Party, envelope: Envelope, message: Message) -> None:
    with structlog.contextvars.bound_contextvars(correlation_id=str(envelope.correlation_id)):
        try:
            if isinstance(message, EventAck):
                _note_acknowledgement(party, message)
            elif message.is_durable:
                _hear_once(party, envelope, message)
            else:
                _handler(party, envelope)(message)
        except Exception as error:  # one failing handler never stops another
            _keep_failure(party, envelope, error)


def _note_acknowledgement(party: Party, ack: EventAck) -> None:
    if ack.producer == party.name:
        party.ledger.note_acknowledgement(ack.message_id, ack.consumer)


def _hear_once(party: Party, envelope: Envelope, message: Message) -> None:
    with party.ledger.transaction():
        if not party.ledger.only_one_here(envelope.message_id):
            return
        if party.ledger.take_in(envelope):
            with caused_by(envelope.message_id):
                _handler(party, envelope)(message)
    _acknowledge(party, envelope)


def _acknowledge(party: Party, envelope: Envelope) -> None:
    """May be lost: the message then comes again and is acknowledged again."""
    ack = EventAck(message_id=envelope.message_id, consumer=party.name, producer=envelope.producer)
    answer = Envelope.around(
        ack,
        producer=party.name,
        at=timezone.now(),
        causation_id=envelope.message_id,
        correlation_id=envelope.correlation_id,
    )
    try:
        party.transport.publish([answer.encode()])
    except BusUnavailable:
        log.info("consumer.ack_lost", context=party.name, message_id=str(envelope.message_id))


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
            for delivery in transport.subscribe(consumer, stop):
                consume(consumer, delivery.raw)
                transport.ack(consumer, delivery)
        except BusUnavailable as error:
            log.warning("consumer.paused", context=consumer, reason=str(error))
            stop.wait(PAUSE_S)
    connections[consumer].close()
