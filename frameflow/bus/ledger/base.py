"""What one context must keep so that nothing it says or hears is lost."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from frameflow.contracts import Envelope


@dataclass(frozen=True)
class Due:
    """A kept message whose time to be sent has come; `attempts` are those before."""

    envelope: Envelope
    attempts: int


class Ledger(ABC):
    """Outbox and inbox of one context, beside its rows: they commit together or not at all.

    All times are those of the ledger's own clock. Every method may raise `django.db.Error` where
    the ledger does not answer; whether a commit that raised took place is then not known.
    """

    #: The context whose ledger it is.
    context: str

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Open a transaction, or join the one that is open; rolled back on an exception."""

    @abstractmethod
    def after_commit(self, function: Callable[[], object]) -> None:
        """Call a function once the outermost transaction is committed; at once outside of one.
        What it raises is logged, and changes nothing."""

    @abstractmethod
    def reconnect(self) -> None:
        """Give up a connection that failed; the next call makes another."""

    # What is said

    @abstractmethod
    def keep(self, envelope: Envelope, consumers: Iterable[str]) -> None:
        """Store a message and one awaited delivery for each consumer; wake the relay at the
        commit."""

    @abstractmethod
    def close_acknowledged(self) -> int:
        """Mark as done what is due again but was acknowledged by all; return how many."""

    @abstractmethod
    def lock_due(self, limit: int) -> list[Due]:
        """Lock and return messages that are due, the longest due first; other relays skip them
        until the commit."""

    @abstractmethod
    def put_off(self, ids: Sequence[UUID]) -> None:
        """Count an attempt and set the next: min(2^attempts, 60) seconds, plus up to one of
        jitter."""

    @abstractmethod
    def note_acknowledgement(self, message_id: UUID, consumer: str) -> None:
        """Note that a consumer has taken a message in; a second note changes nothing."""

    @abstractmethod
    def send_again(self, ids: Sequence[UUID]) -> int:
        """Make messages due at once, also those that are done; return how many."""

    # What is heard

    @abstractmethod
    def only_one_here(self, message_id: UUID) -> bool:
        """Return True when no other process of this context handles the message now; the lock
        ends with the transaction."""

    @abstractmethod
    def take_in(self, envelope: Envelope) -> bool:
        """Note a message as handled; False where that was done before."""

    @abstractmethod
    def note_failure(self, envelope: Envelope, error: Exception) -> int:
        """Keep the error of a handler that rolled back; return how often it has failed."""
