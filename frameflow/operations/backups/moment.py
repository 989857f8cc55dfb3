"""One moment, seen by all contexts.

A message that its producer calls acknowledged must be in its consumer's inbox, and the other way
round: schemas of different moments are not one system.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections, transaction


def places(aliases: Iterable[str]) -> set[tuple[str, str, str]]:
    """Return the databases in which the schemas lie."""
    return {_place(alias) for alias in aliases}


@contextmanager
def one_moment(aliases: Iterable[str]) -> Iterator[None]:
    """Read all schemas as they are now until the end of the block; what is in one database, of
    exactly the same moment."""
    snapshots: dict[tuple[str, str, str], str] = {}
    with ExitStack() as stack:
        for alias in aliases:
            connection: Any = connections[alias]
            stack.enter_context(connection.copying())
            stack.enter_context(transaction.atomic(using=alias))
            snapshots[_place(alias)] = _begin(alias, snapshots.get(_place(alias)))
        yield


def _begin(alias: str, snapshot: str | None) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if snapshot:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            return snapshot
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _place(alias: str) -> tuple[str, str, str]:
    chosen = connections[alias].settings_dict
    return str(chosen["HOST"]), str(chosen["PORT"]), str(chosen["NAME"])
