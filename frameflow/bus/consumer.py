"""From the transport to a handler: once, in one transaction with the inbox, then acknowledged."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error, connections, transaction
from django.utils import timezone

from frameflow.bus import inbox, outbox
from frameflow.bus.away import is_away
from frameflow.bus.backends import backend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.registry import handler_of
from frameflow.contracts import Envelope, EventAck, Message, MessageRejected, message_class

ALARM_AFTER_ATTEMPTS = 5
PAUSE_S = 1.0

log = structlog.stdlib.get_logger(__name__)


def consume(consumer: str, raw: bytes) -> None:
    """Hear one message as one context. Whatever goes wrong, the producer will send it again."""
    try:
        envelope = Envelope.decode(raw)
        if handler_of(consumer, envelope.type) or envelope.type == EventAck.type:
            _dispatch(consumer, envelope, envelope.open())
    except MessageRejected as error:
        log.error("consumer.rejected", context=consumer, reason=str(error)[:400])


def _dispatch(consumer: str, envelope: Envelope, message: Message) -> None:
    with structlog.contextvars.bound_contextvars(correlation_id=str(envelope.correlation_id)):
        try:
            if isinstance(message, EventAck):
                _note_acknowledgement(consumer, message)
            elif message.is_durable:
                _hear_once(consumer, envelope, message)
            else:
                _handler(consumer, envelope)(message)
        except Exception as error:  # one failing handler never stops another
            _keep_failure(consumer, envelope, error)


def _note_acknowledgement(consumer: str, ack: EventAck) -> None:
    if ack.producer == consumer:
        outbox.note_acknowledgement(consumer, ack.message_id, ack.consumer)


def _hear_once(consumer: str, envelope: Envelope, message: Message) -> None:
    with transaction.atomic(using=consumer):
        if not inbox.only_one_here(consumer, envelope.message_id):
            return
        if inbox.take_in(consumer, envelope):
            with outbox.caused_by(envelope.message_id):
                _handler(consumer, envelope)(message)
    _acknowledge(consumer, envelope)


def _acknowledge(consumer: str, envelope: Envelope) -> None:
    """May be lost: the message then comes again and is acknowledged again."""
    ack = EventAck(message_id=envelope.message_id, consumer=consumer, producer=envelope.producer)
    answer = Envelope.around(
        ack,
        producer=consumer,
        at=timezone.now(),
        causation_id=envelope.message_id,
        correlation_id=envelope.correlation_id,
    )
    try:
        outbox.announce(answer)
    except BusUnavailable:
        log.info("consumer.ack_lost", context=consumer, message_id=str(envelope.message_id))


def _keep_failure(consumer: str, envelope: Envelope, error: Exception) -> None:
    facts = {"context": consumer, "message_id": str(envelope.message_id), "type": envelope.type}
    away = is_away(error)
    log.warning("consumer.failed", exc_info=None if away else error, reason=str(error), **facts)
    try:
        attempts = _note_failure(consumer, envelope, error)
    except Error:
        connections[consumer].close()
    else:
        if attempts and attempts % ALARM_AFTER_ATTEMPTS == 0:
            log.error("consumer.keeps_failing", attempts=attempts, **facts)


def _note_failure(consumer: str, envelope: Envelope, error: Exception) -> int:
    if not message_class(envelope.type, envelope.version).is_durable:
        return 0
    return inbox.note_failure(consumer, envelope, error)


def _handler(consumer: str, envelope: Envelope) -> Callable[[Any], None]:
    handler = handler_of(consumer, envelope.type)
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
