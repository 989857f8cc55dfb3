"""The database and the roles of the contexts, made through `deploy/postgres/roles.sql`."""

from collections.abc import Mapping

import psycopg2
from psycopg2 import sql

from frameflow.embedded.folder import PROJECT_DIR

ROLES_SQL = PROJECT_DIR / "deploy" / "postgres" / "roles.sql"


def create_database(url: str, name: str) -> None:
    """Make the database unless it is there. `url` is the superuser's, on another database."""
    connection = psycopg2.connect(url)
    connection.autocommit = True  # CREATE DATABASE takes no transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()


def apply(url: str, passwords: Mapping[str, str]) -> None:
    """Run `roles.sql` and set the passwords, by role, in one transaction; safe to repeat."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(ROLES_SQL.read_text())
        for role, password in passwords.items():
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
    connection.close()
