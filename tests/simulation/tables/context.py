"""What every context of the world has: rows, a ledger, the store; and the operator's choices."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar

from apps.orchestration.saga import Policy as SagaPolicy
from apps.processing.transitions import Policy as JobPolicy
from frameflow.bus import UnitOfWork
from frameflow.contracts import Message
from frameflow.storage import ObjectStore
from tests.simulation.tables.ledger import MemoryLedger
from tests.simulation.tables.rows import Session

Handlers = Mapping[type[Message], Callable[[Any], None]]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of the product that the world knows, in seconds."""

    saga: SagaPolicy
    job: JobPolicy
    lease_s: float
    renew_every_s: float
    grace_s: float
    silence_s: float
    stale_write_s: float
    retention: timedelta | None


class Context:
    """One context over memory. Its verbs do what the services of the product do, in the same
    transactions; what decides are the product's own tables."""

    name: ClassVar[str]

    def __init__(
        self, session: Session, objects: ObjectStore, settings: Settings, dice: Random
    ) -> None:
        self.session, self.objects, self.settings = session, objects, settings
        self.ledger = MemoryLedger(self.name, session, dice)
        #: What a table called impossible.
        self.alarms: list[str] = []

    @property
    def handlers(self) -> Handlers:
        """Return what this context does with each message that it hears."""
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        return self.session.now

    def later(self, seconds: float) -> datetime:
        """Return a moment in so many seconds."""
        return self.now + timedelta(seconds=seconds)

    def work(self, deed: str) -> "_Work":
        """Open a transaction for something, or join the one that is open."""
        return _Work(self.ledger, deed)


class _Work(AbstractContextManager[UnitOfWork]):
    def __init__(self, ledger: MemoryLedger, deed: str) -> None:
        self._ledger, self._deed = ledger, deed

    def __enter__(self) -> UnitOfWork:
        self._ledger.session.begin(self._deed)
        return UnitOfWork(self._ledger)

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._ledger.session.end(self._deed, failed=kind is not None)
