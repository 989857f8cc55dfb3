"""What one context must keep so that nothing it says or hears is lost."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from frameflow.contracts import Envelope


@dataclass(frozen=True)
class Due:
    """A kept message whose time to be sent has come; `attempts` are those before."""

    envelope: Envelope
    attempts: int


class Taken(Enum):
    """What a message is to a context that hears it."""

    NEW = "to be handled now, in the same transaction"
    KNOWN = "handled before"
    ELSEWHERE = "in the hands of another process of the context"


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
        """Lock and return messages that are due and not acknowledged by all, the longest due
        first; other relays skip them until the commit."""

    @abstractmethod
    def put_off(self, ids: Sequence[UUID]) -> None:
        """Count an attempt and set the next: min(2^attempts, 60) seconds, plus up to one of
        jitter. A ledger that crashes may forget it: the message then goes sooner."""

    @abstractmethod
    def note_acknowledgements(self, acknowledged: Sequence[tuple[UUID, str]]) -> None:
        """Note which consumer has taken which message in; a second note changes nothing. A ledger
        that crashes may forget it, and one that another process is noting may be left out: the
        message then goes again, and is acknowledged again."""

    @abstractmethod
    def send_again(self, ids: Sequence[UUID]) -> int:
        """Make messages due at once, also those that are done; return how many."""

    # What is heard

    @abstractmethod
    def take_in(self, envelope: Envelope) -> Taken:
        """Note a message as handled unless that was done before or is being done: until the
        transaction ends, no other process of this context gets it."""

    @abstractmethod
    def note_alarm(self, message_id: UUID, alarm: str) -> None:
        """Keep beside a message that is being handled that it could not be."""

    @abstractmethod
    def note_failure(self, envelope: Envelope, error: Exception) -> int:
        """Keep the error of a handler that rolled back; return how often it has failed."""
