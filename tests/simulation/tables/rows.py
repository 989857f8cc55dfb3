"""Rows in memory, with transactions: what Postgres promises a context, and no more."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

Clock = Callable[[], datetime]
#: Called at the named points at which a process may die or an answer may be lost.
Point = Callable[[str], None]

_GONE = object()


class Database:
    """The committed rows of one context, by table and key. Rows are replaced, never changed."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tables: dict[str, dict[Any, Any]] = {}
        self.locks: dict[Hashable, Session] = {}

    def table(self, name: str) -> dict[Any, Any]:
        return self.tables.setdefault(name, {})


class Session:
    """One process's connection. What it writes is seen by others after its commit, all at once;
    an exception rolls back. `point` is told of "before commit" and "after commit"."""

    def __init__(self, database: Database, point: Point = lambda name: None) -> None:
        self.database = database
        self._point = point
        self._depth = 0
        self._written: dict[str, dict[Any, Any]] = {}
        self._afterwards: list[Callable[[], object]] = []

    @property
    def now(self) -> datetime:
        return self.database.clock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction, or join the one that is open."""
        self._depth += 1
        try:
            yield
            if self._depth == 1 and self._written:
                self._point("before commit")
                self._commit()
                self._point("after commit")
        except BaseException:
            self._afterwards.clear()
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._let_go()
        if self._depth == 0:
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
        """Write a row, in the open transaction or in one of its own."""
        with self.transaction():
            self._written.setdefault(table, {})[key] = row

    def remove(self, table: str, key: Any) -> None:
        """Delete a row."""
        self.put(table, key, _GONE)

    def lock(self, name: Hashable) -> bool:
        """Take a lock until the transaction ends; False where another session holds it."""
        return self.database.locks.setdefault(name, self) is self

    def _commit(self) -> None:
        for name, written in self._written.items():
            table = self.database.table(name)
            for key, row in written.items():
                if row is _GONE:
                    table.pop(key, None)
                else:
                    table[key] = row

    def _let_go(self) -> None:
        self._written.clear()
        locks = self.database.locks
        for name in [name for name, holder in locks.items() if holder is self]:
            del locks[name]

    def _run_afterwards(self) -> None:
        functions, self._afterwards = self._afterwards, []
        for function in functions:
            function()
