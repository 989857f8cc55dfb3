"""Moves messages by hand, in this thread: relay, consume, again, until all is quiet."""

from collections.abc import Sequence

from frameflow.bus.backends.memory import MemoryBackend
from frameflow.bus.consumer import consume
from frameflow.bus.models import OutboxDelivery, OutboxMessage
from frameflow.bus.relay import relay_once
from frameflow.contracts import Envelope

MAX_ROUNDS = 50


class Bus:
    """The memory transport and the contexts on it."""

    def __init__(self, transport: MemoryBackend, aliases: Sequence[str]) -> None:
        self.transport, self.aliases = transport, aliases
        self.seen: list[Envelope] = []

    def settle(self) -> list[str]:
        """Deliver until nothing moves any more; return the wire names in order of sending."""
        before = len(self.seen)
        for _ in range(MAX_ROUNDS):
            for alias in self.aliases:
                relay_once(alias)
            if not self.deliver():
                break
        return [each.type for each in self.seen[before:]]

    def deliver(self) -> int:
        """Give everything that was published to every context; return how many messages."""
        taken = self.transport.take()
        for raw in taken:
            self.seen.append(Envelope.decode(raw))
            for alias in self.aliases:
                consume(alias, raw)
        return len(taken)

    def outbox(self, alias: str) -> list[str]:
        """Return the wire names that a context keeps, in order."""
        kept = OutboxMessage.objects.using(alias).order_by("created_at", "occurred_at")
        return list(kept.values_list("type", flat=True))

    def awaited(self, alias: str) -> int:
        """Return how many acknowledgements a context still waits for."""
        return OutboxDelivery.objects.using(alias).filter(acked_at=None).count()
