"""A connection whose search path is its own schema alone: no `public`, no neighbour."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import sql

from frameflow.db.postgresql.creation import DatabaseCreation


class DatabaseWrapper(base.DatabaseWrapper):
    """Adds the option `schema` to Django's Postgres backend."""

    creation_class = DatabaseCreation

    @property
    def schema(self) -> str:
        return str(self.settings_dict["OPTIONS"]["schema"])

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        schema = params.pop("schema")
        params["options"] = f"{params.get('options', '')} -c search_path={schema}".strip()
        return params

    def prepare_database(self) -> None:
        """Create the schema before the first migration, unless the role finds it there."""
        super().prepare_database()
        with self.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [self.schema])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema)))
