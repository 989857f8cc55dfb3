"""Rows in memory, with transactions: what Postgres promises a context, and no more."""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

Clock = Callable[[], datetime]

_GONE = object()


class Server:
    """What the databases of a world share: a clock, and counts of changes,
    of jumps of the clock, and of open transactions."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changes = self.jumps = self.open = 0
        #: Tables that changed since somebody looked, with their context.
        self.dirty: set[tuple[str, str]] = set()


class Database:
    """The committed rows of one context, by table and key. Rows are replaced, never changed."""

    def __init__(self, server: Server, context: str = "") -> None:
        self.server, self.context = server, context
        self.tables: dict[str, dict[Any, Any]] = {}
        self.locks: dict[Hashable, Session] = {}

    def table(self, name: str) -> dict[Any, Any]:
        """Return the committed rows of a table."""
        found = self.tables.get(name)
        return self.tables.setdefault(name, {}) if found is None else found


class Gate:
    """What stands around each transaction; where nothing may go wrong, nothing."""

    def enter(self, deed: str) -> None:
        """Called before a transaction for something: others may come first."""

    def before(self, deed: str) -> None:
        """Called before the commit of something; what it raises keeps it from happening."""

    def after(self, deed: str) -> None:
        """Called after the commit; what it raises is an answer that was lost."""


class Session:
    """A connection. What is written is seen by others after the commit, all at once; an exception
    rolls back the whole transaction. Those who never pause inside of one may share a session."""

    def __init__(self, database: Database, gate: Gate | None = None) -> None:
        self.database = database
        self._gate = gate or Gate()
        self._depth = 0
        self._written: dict[str, dict[Any, Any]] = {}
        self._afterwards: list[Callable[[], object]] = []

    @property
    def now(self) -> datetime:
        return self.database.server.clock()

    def transaction(self, deed: str = "commit") -> AbstractContextManager[None]:
        """Open a transaction for something, or join the one that is open."""
        return _Transaction(self, deed)

    def begin(self, deed: str) -> None:
        """Enter a transaction."""
        if self._depth == 0:
            self._gate.enter(deed)
            self.database.server.open += 1
        self._depth += 1

    def end(self, deed: str, failed: bool) -> None:
        """Leave a transaction: the outermost commits, or rolls back where something failed."""
        try:
            if self._depth == 1 and self._written and not failed:
                self._gate.before(deed)
                self._commit()
                self._gate.after(deed)
        except BaseException:
            failed = True
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._let_go()
            if failed:
                self._afterwards.clear()
        if self._depth == 0 and not failed:
            self._run_afterwards()

    def after_commit(self, function: Callable[[], object]) -> None:
        """Call a function after the commit; at once outside of a transaction."""
        self._afterwards.append(function)
        if self._depth == 0:
            self._run_afterwards()

    def get(self, table: str, key: Any) -> Any:
        """Return a row, or None."""
        found = self._written.get(table, {}).get(key)
        if found is None:
            return self.database.table(table).get(key)
        return None if found is _GONE else found

    def all(self, table: str) -> list[Any]:
        """Return the rows of a table in the order in which they were first written."""
        mine = self._written.get(table)
        if not mine:
            return list(self.database.table(table).values())
        return [row for row in {**self.database.table(table), **mine}.values() if row is not _GONE]

    def put(self, table: str, key: Any, row: Any) -> None:
        """Write a row in the open transaction."""
        assert self._depth, "outside of a transaction nothing is written"
        self._written.setdefault(table, {})[key] = row

    def remove(self, table: str, key: Any) -> None:
        """Delete a row."""
        self.put(table, key, _GONE)

    def lock(self, name: Hashable) -> bool:
        """Take a lock until the transaction ends; False where another session holds it."""
        return self.database.locks.setdefault(name, self) is self

    def _commit(self) -> None:
        server = self.database.server
        server.changes += 1
        for name, written in self._written.items():
            server.dirty.add((self.database.context, name))
            table = self.database.table(name)
            for key, row in written.items():
                if row is _GONE:
                    table.pop(key, None)
                else:
                    table[key] = row

    def _let_go(self) -> None:
        self.database.server.open -= 1
        self._written.clear()
        locks = self.database.locks
        for name in [name for name, holder in locks.items() if holder is self]:
            del locks[name]

    def _run_afterwards(self) -> None:
        functions, self._afterwards = self._afterwards, []
        for function in functions:
            function()


class _Transaction(AbstractContextManager[None]):
    def __init__(self, session: Session, deed: str) -> None:
        self._session, self._deed = session, deed

    def __enter__(self) -> None:
        self._session.begin(self._deed)

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._session.end(self._deed, failed=kind is not None)
