"""The two forms of the ledger as one suite sees them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any, Protocol

from django.db import connections
from django.db.models import F

from frameflow.bus.ledger import Ledger, ledger_of
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from tests.simulation.tables.ledger import MemoryLedger
from tests.simulation.tables.rows import Database, Server, Session

CONTEXT = "upload"
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Form(Protocol):
    """A ledger, another process's view of it, and a clock that can be put forward."""

    ledger: Ledger

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any: ...

    def wait(self, seconds: float) -> None: ...

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        """Return of each message: done, attempts, who has not acknowledged."""

    def heard(self) -> list[tuple[bool, int, str]]:
        """Return of each message: handled, attempts, the last error."""

    def alarms(self) -> list[str]:
        """Return the alarm of each message that was heard; empty where there is none."""


class InPostgres:
    def __init__(self) -> None:
        self.ledger = ledger_of(CONTEXT)

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any:
        answers: list[Any] = []

        def work() -> None:
            answers.append(deed(ledger_of(CONTEXT)))
            connections.close_all()

        thread = Thread(target=work)
        thread.start()
        thread.join(10)
        return answers[0]

    def wait(self, seconds: float) -> None:
        earlier = F("next_attempt_at") - timedelta(seconds=seconds)
        OutboxMessage.objects.using(CONTEXT).update(next_attempt_at=earlier)

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        rows = OutboxMessage.objects.using(CONTEXT).order_by("created_at")
        awaited = OutboxDelivery.objects.using(CONTEXT).filter(acked_at=None)
        return [
            (
                row.done_at is not None,
                row.attempts,
                set(awaited.filter(message=row).values_list("consumer", flat=True)),
            )
            for row in rows
        ]

    def heard(self) -> list[tuple[bool, int, str]]:
        rows = InboxMessage.objects.using(CONTEXT).order_by("received_at")
        return [(row.handled_at is not None, row.attempts, row.last_error) for row in rows]

    def alarms(self) -> list[str]:
        rows = InboxMessage.objects.using(CONTEXT).order_by("received_at")
        return [row.alarm for row in rows]


class InMemory:
    def __init__(self) -> None:
        self.now = AT
        self.database = Database(Server(lambda: self.now))
        self.ledger: Ledger = self._session()

    def _session(self) -> MemoryLedger:
        return MemoryLedger(CONTEXT, Session(self.database), Random(1))  # noqa: S311

    def elsewhere(self, deed: Callable[[Ledger], Any]) -> Any:
        return deed(self._session())

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def kept(self) -> list[tuple[bool, int, set[str]]]:
        rows = self.database.table("outbox").values()
        return [(each.is_done, each.attempts, set(each.awaited)) for each in rows]

    def heard(self) -> list[tuple[bool, int, str]]:
        rows = self.database.table("inbox").values()
        return [(each.is_handled, each.attempts, each.last_error) for each in rows]

    def alarms(self) -> list[str]:
        return [each.alarm for each in self.database.table("inbox").values()]
