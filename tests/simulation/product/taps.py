"""Taps on the databases' connections: there actors pause, die, and are told of failures.

All actors share one connection for each context. That is sound because they pause only where
none of them has a transaction open. The databases' clock is that of the world: functions of a
schema that the search path names before `pg_catalog`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import OperationalError, connections

from frameflow.db.postgresql import patience
from tests.simulation.actors import Killed, pause
from tests.simulation.faults import Faults

CLOCK = """
CREATE SCHEMA simulation;
CREATE FUNCTION simulation.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.now() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.random() RETURNS double precision LANGUAGE sql IMMUTABLE
  AS $$ SELECT 0.5::double precision $$;
"""  # else the outbox's jitter would not follow the seed
#: Columns take their default from the clock that they were made with.
DEFAULTS = """
SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT simulation.statement_timestamp()',
  nspname, relname, attname)
FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
JOIN pg_class ON pg_class.oid = adrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE pg_get_expr(adbin, adrelid) ILIKE '%statement_timestamp()%'
"""
SESSION = """
SET search_path TO simulation, pg_catalog, "{schema}"; SET synchronous_commit = off;
SET simulation.now = '{now}'
"""
#: What schedules leave behind, in an order that foreign keys allow.
ROWS = {
    "auth": ("notice", "reset_wish", "api_token", "account"),
    "upload": ("kept_answer", "extraction", "video", "quota"),
    "processing": ("frame", "processing_job"),
    "download": ("archive",),
    "orchestration": ("saga_step", "saga"),
}
BUS_ROWS = ("outbox_delivery", "outbox_message", "inbox_message")
WRITES = ("UPDATE ", "INSERT ", "DELETE ")
DECIDING = ("apps.", "frameflow.bus.consumer", "frameflow.bus.relay")


def in_transaction() -> bool:
    """Return whether somebody has a transaction open."""
    return any(each.in_atomic_block for each in connections.all(initialized_only=True))


class Tap:
    """The connection of one context."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.connection = connections[alias]
        self.clock: Callable[[], datetime] | None = None
        self.faults: Faults | None = None
        #: Counts the commits that may have changed something.
        self.version = 0
        self._has_written = False
        self._told: datetime | None = None
        self._commit = self.connection._commit
        self._set_autocommit = self.connection.set_autocommit

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Stand between the product and the database."""
        replaced = {
            "_commit": self.commit,
            "set_autocommit": self.set_autocommit,
            "close": lambda: None,
        }
        with ExitStack() as stack:
            for name, ours in replaced.items():
                stack.enter_context(patch.object(self.connection, name, ours))
            stack.enter_context(self.connection.execute_wrapper(self.execute))
            yield

    def set_autocommit(self, autocommit: bool, *rest: Any, **more: Any) -> None:
        """A transaction begins where this is called with False."""
        if not autocommit:
            self._begin()
        self._set_autocommit(autocommit, *rest, **more)

    def execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """A statement; outside of a transaction it commits by itself."""
        writes = any(word in sql for word in WRITES)
        if self.connection.in_atomic_block:
            self._has_written |= writes
            return execute(sql, *rest)
        self._begin()
        if not writes:
            return execute(sql, *rest)
        deed = _decider()
        self._faults.before(deed, OperationalError("the server is away"))
        answer = execute(sql, *rest)
        self.version += 1
        self._faults.after(deed, OperationalError("the answer was lost"))
        return answer

    def commit(self) -> None:
        """The end of a transaction: one may die on either side of it."""
        deed = _decider()
        try:
            self._faults.before(deed, OperationalError("the commit failed"))
        except BaseException:
            self.connection.connection.rollback()
            self.connection.run_on_commit = []
            raise
        self._commit()
        self.version += self._has_written
        try:
            self._faults.after(deed, OperationalError("the answer to the commit was lost"))
        except Killed:
            self.connection.run_on_commit = []
            raise

    def join(self, faults: Faults, clock: Callable[[], datetime]) -> None:
        """Begin another schedule: no rows, another clock."""
        self.faults, self.clock = faults, clock
        self.ask("; ".join(f"DELETE FROM {table}" for table in ROWS[self.alias] + BUS_ROWS))
        self.version += 1

    def ask(self, sql: str) -> Any:
        """Return the first value that a statement of the world itself gives."""
        with self.connection.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None

    def _begin(self) -> None:
        pause()
        self._has_written = False
        self._faults.refuse(f"begin {self.alias}", OperationalError("the server is away"))
        self._tell_time()

    def _tell_time(self) -> None:
        assert self.clock is not None
        if self._told != self.clock():
            self._told = self.clock()
            self.ask(f"SET simulation.now = '{self._told.isoformat()}'")

    @property
    def _faults(self) -> Faults:
        assert self.faults is not None
        return self.faults


def _decider() -> str:
    """Return the name of the product's function that decides: the innermost that is no tool."""
    frame = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(DECIDING):
            return frame.f_code.co_name
        frame = frame.f_back
    return "commit"


@contextmanager
def tapped(at: datetime) -> Iterator[dict[str, Tap]]:
    """Tap the connections of all contexts in a database of our own, whose clock is ours."""
    taps = {each.alias: Tap(each.alias) for each in settings.ACTIVE_CONTEXTS}
    with ExitStack() as stack:
        stack.enter_context(patience.suspended())  # faster, and this server is not away
        for number, tap in enumerate(taps.values()):
            tap.connection.ensure_connection()
            if number == 0:
                _set_clock(tap)
            tap.ask(SESSION.format(schema=tap.connection.schema, now=at.isoformat()))
            stack.enter_context(tap.opened())
        yield taps


def _set_clock(tap: Tap) -> None:
    tap.ask(CLOCK)
    with tap.connection.connection.cursor() as cursor:
        cursor.execute(DEFAULTS)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
