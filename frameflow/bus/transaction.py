"""The unit of work: state and messages commit together or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import structlog
from django.utils import timezone

from frameflow.bus.away import done_without
from frameflow.bus.backends import backend
from frameflow.bus.exceptions import NotTheOwner
from frameflow.bus.ledger import Ledger, ledger_of
from frameflow.contracts import Envelope, Message

log = structlog.stdlib.get_logger(__name__)
_cause: ContextVar[UUID | None] = ContextVar("cause", default=None)


@contextmanager
def caused_by(message_id: UUID) -> Iterator[None]:
    """Whatever is published inside names this message as its cause."""
    token = _cause.set(message_id)
    try:
        yield
    finally:
        _cause.reset(token)


class UnitOfWork:
    """One transaction on one context's ledger; the only way to publish or to enqueue."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def publish(self, message: Message) -> None:
        """Keep a message of this context in the outbox; one that is not durable leaves at once
        after the commit. `NotTheOwner` where another context owns it."""
        context = self.ledger.context
        if message.owner != context:
            raise NotTheOwner(f"{context} may not publish {message.type} of {message.owner}")
        envelope = Envelope.around(
            message, producer=context, at=timezone.now(), causation_id=_cause.get()
        )
        if message.is_durable:
            self.ledger.keep(envelope, message.consumers)
        else:
            self.after_commit(lambda: backend().publish([envelope.encode()]))

    def note_impossible(self, event: str, **facts: object) -> None:
        """Raise an alarm: what was heard cannot be, and is ignored. Logged, and kept beside the
        message in the inbox, where `/metrics` counts it."""
        log.error(event, **facts)
        if cause := _cause.get():
            self.ledger.note_alarm(cause, event)

    def after_commit(self, function: Callable[[], object]) -> None:
        """Call a function once the outermost transaction is committed; its failure is logged and
        changes nothing, so it may only be a hint."""

        def hint() -> None:
            with done_without("bus.hint_lost", context=self.ledger.context):
                function()

        self.ledger.after_commit(hint)


@contextmanager
def unit_of_work(alias: str) -> Iterator[UnitOfWork]:
    """Open a transaction on a context's database, or join the one that is open."""
    ledger = ledger_of(alias)
    with ledger.transaction():
        yield UnitOfWork(ledger)
