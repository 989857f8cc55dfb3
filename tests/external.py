"""A Postgres and a Valkey of somebody else's: apart from any data folder of the product."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from frameflow.contexts import CONTEXTS
from frameflow.embedded import binaries
from frameflow.embedded.folder import PROJECT_DIR, DataFolder
from frameflow.embedded.ports import free_port
from frameflow.embedded.postgres import Postgres
from frameflow.embedded.valkey import Valkey
from tests.waiting import eventually

ROLES_SQL = PROJECT_DIR / "deploy" / "postgres" / "roles.sql"
ADMIN = "manager"
DATABASE = "videos"
PASSWORD = "a/b?c#d@e"
QUOTED = "a%2Fb%3Fc%23d%40e"


@dataclass(frozen=True)
class External:
    """A Postgres with an empty database, whose owner is no superuser but may make roles."""

    port: int
    superuser_url: str

    def url(self, role: str, more: str = "") -> str:
        return f"postgres://{role}:{QUOTED}@127.0.0.1:{self.port}/{DATABASE}{more}"

    def urls(self) -> dict[str, str]:
        """Return what an operator sets: the URL of each context."""
        return {each.url_variable: self.url(each.role) for each in CONTEXTS}

    def make_database(self) -> None:
        """Make the empty database and its owner."""
        do(self.superuser_url, f"CREATE ROLE {ADMIN} LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
        do(self.superuser_url, f"CREATE DATABASE {DATABASE} OWNER {ADMIN}")

    def make_roles(self, contexts: str = "") -> "subprocess.CompletedProcess[str]":
        """Run roles.sql as its first lines say, and give each new role a password."""
        psql = [str(binaries.postgres_directory() / "psql"), "--set=ON_ERROR_STOP=1"]
        options = {"PGOPTIONS": f"-c frameflow.contexts={contexts}"} if contexts else {}
        done = subprocess.run(
            [*psql, f"--dbname={self.url(ADMIN)}", f"--file={ROLES_SQL}"],
            env={**os.environ, **options},
            capture_output=True,
            text=True,
            check=False,
        )
        for (role,) in ask(self.superuser_url, "SELECT rolname FROM pg_roles WHERE rolcanlogin"):
            if role.startswith("frameflow_"):
                do(self.superuser_url, f"ALTER ROLE {role} PASSWORD '{PASSWORD}'")
        return done


def do(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


@contextmanager
def external_postgres(root: Path) -> Iterator[External]:
    """Run a Postgres with nothing of ours in it until the end of the block."""
    folder = DataFolder(root)
    folder.prepare()
    server = Postgres(folder, fast=True)
    server.prepare()
    server.port = free_port()
    process = server.spawn()
    try:
        eventually(lambda: server.answers() or None, "Postgres answers")
        yield External(server.port, server.url("postgres", "postgres"))
    finally:
        server.stop(process)


@contextmanager
def external_valkey(root: Path) -> Iterator[Valkey]:
    """Run a Valkey with a password until the end of the block."""
    folder = DataFolder(root)
    folder.prepare()
    server = Valkey(folder, fast=True)
    process = server.start()
    try:
        yield server
    finally:
        server.stop(process)
