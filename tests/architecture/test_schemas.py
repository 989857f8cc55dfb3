"""What the database says about the schemas."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connections

from frameflow.contexts import CONTEXTS, Context
from tests.databases import every_database

pytestmark = every_database

SCHEMAS = {context.schema for context in CONTEXTS}

TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
"""

FOREIGN_KEYS = """
SELECT conname, here.relnamespace::regnamespace::text, there.relnamespace::regnamespace::text
FROM pg_constraint
JOIN pg_class AS here ON here.oid = conrelid
JOIN pg_class AS there ON there.oid = confrelid
WHERE contype = 'f'
"""

LEAVING = """
CREATE TABLE upload.planted (
    user_id uuid REFERENCES auth.{table} (id)
)
"""


def ask(query: str) -> list[tuple[str, ...]]:
    with connections["auth"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def expected_tables() -> Iterator[tuple[str, str]]:
    """A context's tables, Django's own in auth's schema, the bus's in each."""
    schema_of = {context.label: {context.schema} for context in CONTEXTS} | {"bus": SCHEMAS}
    yield from ((schema, "django_migrations") for schema in SCHEMAS)
    for model in apps.get_models(include_auto_created=True):
        for schema in schema_of.get(model._meta.app_label, {"auth"}):
            if model._meta.managed:
                yield schema, model._meta.db_table


def leaving() -> list[tuple[str, ...]]:
    return [key for key in ask(FOREIGN_KEYS) if key[1] != key[2]]


def test_every_table_lies_in_its_contexts_schema_and_nowhere_else() -> None:
    assert set(ask(TABLES)) == set(expected_tables())


def test_public_is_empty() -> None:
    assert "public" not in {schema for schema, _ in ask(TABLES)}
    relations = ask("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public')")
    assert not relations


def test_no_foreign_key_leaves_a_schema() -> None:
    assert len(ask(FOREIGN_KEYS)) > 5
    assert not leaving()


def test_a_planted_foreign_key_would_be_seen() -> None:
    table = apps.get_model("identity", "User")._meta.db_table
    with connections["auth"].cursor() as cursor:  # rolled back with the test
        cursor.execute(LEAVING.format(table=f'"{table}"'))
    assert [key[1:] for key in leaving()] == [("upload", "auth")]


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.name)
def test_a_connection_looks_into_its_own_schema_alone(context: Context) -> None:
    with connections[context.alias].cursor() as cursor:
        cursor.execute("SELECT current_schemas(false)")
        assert cursor.fetchone()[0] == [context.schema]
