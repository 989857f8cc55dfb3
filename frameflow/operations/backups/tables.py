"""The rows of a schema, out and in by COPY: text that every Postgres reads, the columns named."""

import gzip
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.postgresql.psycopg_any import sql

from frameflow.operations.backups.exceptions import Refused
from frameflow.operations.backups.manifest import (
    SavedFile,
    SavedSchema,
    SavedTable,
    compressed,
    table_path,
)

MIGRATIONS = "django_migrations"
#: What `migrate` fills by itself; the backup's own rows take their place.
SEEDED = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}

COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> %s
    GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = """
    SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename NOT LIKE %s
"""


def columns_of(alias: str) -> dict[str, list[str]]:
    """Return the tables of a schema but that of the migrations, each with its columns."""
    return dict(_rows(alias, COLUMNS, MIGRATIONS))


def applied_migrations(alias: str) -> list[str]:
    """Return what made the schema what it is, as `app.name`."""
    query = sql.SQL("SELECT app || '.' || name FROM {} ORDER BY 1").format(
        sql.Identifier(MIGRATIONS)
    )
    return [name for (name,) in _rows(alias, query)]


def filled_tables(alias: str) -> list[str]:
    """Return the tables with rows that no migration made."""
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})")
    return [
        table
        for table in columns_of(alias)
        if table not in SEEDED and _rows(alias, query.format(sql.Identifier(table))) == [(True,)]
    ]


def dump(alias: str, folder: Path) -> SavedSchema:
    """Write the rows of a schema into a backup, as the open transaction sees them."""
    tables = columns_of(alias)
    (folder / "databases" / alias).mkdir(parents=True)
    return SavedSchema(
        migrations=applied_migrations(alias),
        tables={
            table: _dump_table(alias, table, columns, table_path(folder, alias, table))
            for table, columns in tables.items()
        },
        sequences=dict(_rows(alias, SEQUENCES, f"{MIGRATIONS}%")),
    )


def load(alias: str, folder: Path, saved: SavedSchema) -> None:
    """Fill a schema within the open transaction; `Refused` where it is not empty."""
    names = sql.SQL(", ").join(map(sql.Identifier, saved.tables))
    with connections[alias].cursor() as cursor:
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
        refuse_filled(alias)
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))
        for table, facts in saved.tables.items():
            _load_table(cursor, table, facts, table_path(folder, alias, table))
        # Foreign keys wait for the end of a transaction: ours are asked before any commits.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, last in saved.sequences.items():
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, last])


def refuse_filled(alias: str) -> None:
    """Refuse a schema that holds more than the migrations made."""
    if filled := filled_tables(alias):
        raise Refused(
            f"The schema {alias} is not empty: {', '.join(filled)}. A restore goes into an empty "
            "system alone: a new database after `migrate`, or DROP SCHEMA … CASCADE for each "
            "context and `migrate`."
        )


def _dump_table(alias: str, table: str, columns: list[str], path: Path) -> SavedTable:
    with connections[alias].cursor() as cursor:
        with compressed(path) as file:
            cursor.copy_expert(_copy(table, columns, "TO STDOUT"), file)
        return SavedTable(file=SavedFile.of(path), columns=columns, rows=cursor.rowcount)


def _load_table(cursor: Any, table: str, saved: SavedTable, path: Path) -> None:
    with gzip.open(path, "rb") as file:
        cursor.copy_expert(_copy(table, saved.columns, "FROM STDIN"), file)
    # Once more, because time has passed since all files were verified.
    if cursor.rowcount != saved.rows or SavedFile.of(path) != saved.file:
        raise Refused(f"{path} changed while it was read; nothing was kept of the rows.")


def _copy(table: str, columns: list[str], direction: str) -> Any:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(direction))


def _rows(alias: str, query: Any, *values: Any) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(query, values or None)
        found: list[Any] = cursor.fetchall()
        return found
