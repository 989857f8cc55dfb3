"""`deploy/postgres/roles.sql`: each context's role reaches its own schema and no other."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import permutations
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import errors, sql

from frameflow.contexts import CONTEXTS, Context
from frameflow.embedded.roles import ROLES_SQL
from tests.architecture.source import ROOT

TABLE = "outbox_message"  # every schema has one
Url = str


def server(database: str, **changed: str) -> dict[str, str]:
    """Return how to connect to a database of the tests' server, as its superuser."""
    one = settings.DATABASES["auth"]
    known = {
        "host": one["HOST"],
        "port": one["PORT"],
        "user": one["USER"],
        "password": one["PASSWORD"],
    }
    return {
        name: value for name, value in {**known, "dbname": database, **changed}.items() if value
    }


def execute(statement: str | sql.Composed, **where: Any) -> None:
    with closing(psycopg2.connect(**where)) as connection:
        connection.autocommit = True  # CREATE DATABASE takes no transaction
        with connection.cursor() as cursor:
            cursor.execute(statement)


def url(where: Mapping[str, str]) -> Url:
    user = f"{where['user']}:{where.get('password', '')}"
    return f"postgres://{user}@{where.get('host', '')}:{where.get('port', '')}/{where['dbname']}"


@pytest.fixture(scope="module")
def logins() -> Iterator[dict[str, dict[str, str]]]:
    """How each context's role connects to a database that was prepared by the file and migrated
    by the roles themselves."""
    name = f"scratch_{uuid4().hex[:12]}"
    maintenance = server("postgres")
    execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)), **maintenance)
    try:
        with alone():
            execute(ROLES_SQL.read_text(), **server(name))
            execute(ROLES_SQL.read_text(), **server(name))  # safe to repeat
            logins = {context.name: _login(context, name) for context in CONTEXTS}
        _migrate(logins)
        yield logins
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        execute(drop, **maintenance)


@contextmanager
def alone() -> Iterator[None]:
    """Hold off other test processes: roles belong to the server, not to a database."""
    with closing(psycopg2.connect(**server("postgres"))) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('roles'))")
        yield


def _login(context: Context, database: str) -> dict[str, str]:
    """The password is the same in every test process, which would else lock the others out."""
    password = f"{context.role}-in-tests"
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    role, secret = sql.Identifier(context.role), sql.Literal(password)
    execute(statement.format(role, secret), **server(database))
    return server(database, user=context.role, password=password)


def _migrate(logins: Mapping[str, dict[str, str]]) -> None:
    urls = {context.url_variable: url(logins[context.name]) for context in CONTEXTS}
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    environment = {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "frameflow.settings.test"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def count(schema: str, **where: Any) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, TABLE))
    with closing(psycopg2.connect(**where)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.name)
def test_a_role_reads_its_own_schema(context: Context, logins: dict[str, dict[str, str]]) -> None:
    assert count(context.schema, **logins[context.name]) == 0


@pytest.mark.parametrize(
    ("one", "other"), list(permutations(CONTEXTS, 2)), ids=lambda context: context.name
)
def test_a_role_is_denied_the_schema_of_another(
    one: Context, other: Context, logins: dict[str, dict[str, str]]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match=f"schema {other.schema}"):
        count(other.schema, **logins[one.name])


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.name)
def test_a_role_can_make_nothing_in_public(
    context: Context, logins: dict[str, dict[str, str]]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        execute("CREATE TABLE public.planted (id int)", **logins[context.name])


def test_a_granted_schema_would_be_seen(logins: dict[str, dict[str, str]]) -> None:
    owner, stranger = logins["download"], logins["upload"]
    execute("GRANT USAGE ON SCHEMA download TO frameflow_upload", **owner)
    execute(f"GRANT SELECT ON download.{TABLE} TO frameflow_upload", **owner)
    try:
        assert count("download", **stranger) == 0
    finally:
        execute(f"REVOKE ALL ON download.{TABLE} FROM frameflow_upload", **owner)
        execute("REVOKE ALL ON SCHEMA download FROM frameflow_upload", **owner)
