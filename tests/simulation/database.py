"""Databases of a process's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def migrated() -> Iterator[str]:
    """Make a test database with every schema migrated; yield its name."""
    for alias in settings.DATABASES.values():
        if alias:
            alias["TEST"]["NAME"] = f"simulation_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False)
    connections.close_all()
    try:
        yield f"simulation_{os.getpid()}"
    finally:
        teardown_databases(old, verbosity=0)


@contextmanager
def cloned() -> Iterator[None]:
    """Work in a copy of the database that the settings name, for as long as it lasts."""
    aliases = [each.alias for each in settings.ACTIVE_CONTEXTS]
    original = connections[aliases[0]].settings_dict["NAME"]
    name = f"{original}_{os.getpid()}"
    connections.close_all()
    # A thread of an earlier test may still hold a connection, and Postgres copies nothing that is
    # in use.
    _on_server(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{original}' AND pid <> pg_backend_pid()"
    )
    _on_server(f'DROP DATABASE IF EXISTS "{name}"')
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{original}" STRATEGY file_copy')
    _use(name)
    try:
        yield
    finally:
        _use(original)
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    connections.close_all()
    for each in settings.ACTIVE_CONTEXTS:
        connections[each.alias].settings_dict["NAME"] = name


def _on_server(statement: str) -> None:
    with connections[settings.ACTIVE_CONTEXTS[0].alias]._nodb_cursor() as cursor:
        cursor.execute(statement)
