"""The unit of work: state and messages commit together or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from frameflow.bus.away import done_without
from frameflow.bus.exceptions import NotTheOwner
from frameflow.contracts import Envelope, Message


class UnitOfWork:
    """One transaction on one context's database; the only way to publish or to enqueue."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def publish(self, message: Message) -> None:
        """Keep a message of this context in the outbox; one that is not durable leaves at once
        after the commit. `NotTheOwner` where another context owns it."""
        from frameflow.bus import outbox  # models load after this package

        if message.owner != self.alias:
            raise NotTheOwner(f"{self.alias} may not publish {message.type} of {message.owner}")
        envelope = Envelope.around(
            message, producer=self.alias, at=timezone.now(), causation_id=outbox.current_cause()
        )
        if message.is_durable:
            outbox.keep(self.alias, envelope, message.consumers)
        else:
            self.after_commit(lambda: outbox.announce(envelope))

    def after_commit(self, function: Callable[[], object]) -> None:
        """Call a function once the outermost transaction is committed; its failure is logged and
        changes nothing, so it may only be a hint."""

        def hint() -> None:
            with done_without("bus.hint_lost", context=self.alias):
                function()

        transaction.on_commit(hint, using=self.alias, robust=True)


@contextmanager
def unit_of_work(alias: str) -> Iterator[UnitOfWork]:
    """Open a transaction on a context's database, or join the one that is open."""
    with transaction.atomic(using=alias):
        yield UnitOfWork(alias)
