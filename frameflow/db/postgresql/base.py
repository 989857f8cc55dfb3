"""A connection whose search path is its own schema alone: no `public`, no neighbour."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import sql

from frameflow.db.postgresql import patience
from frameflow.db.postgresql.creation import DatabaseCreation

#: Of the network: a line that died is noticed within a minute, also while we only listen.
NETWORK: dict[str, Any] = {
    "fallback_application_name": "frameflow",
    "connect_timeout": patience.CONNECT_TIMEOUT_S,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

patience.install()


class DatabaseWrapper(base.DatabaseWrapper):
    """Adds the options `schema` and `statement_timeout` (seconds, 0: none) to Django's backend."""

    creation_class = DatabaseCreation

    @property
    def schema(self) -> str:
        return str(self.settings_dict["OPTIONS"]["schema"])

    @property
    def statement_timeout_s(self) -> float:
        options = self.settings_dict["OPTIONS"]
        return float(options.get("statement_timeout", patience.STATEMENT_TIMEOUT_S))

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = NETWORK | super().get_connection_params()
        params.pop("statement_timeout", None)
        own = {
            "search_path": params.pop("schema"),
            "statement_timeout": f"{self.statement_timeout_s * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{patience.IDLE_IN_TRANSACTION_S}s",
        }
        flags = [f"-c {name}={value}" for name, value in own.items()]
        params["options"] = " ".join([*flags, params.get("options", "")]).strip()
        params["connection_factory"] = patience.Connection
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect with the patience of `connect_timeout`, then have that of the statements."""
        connection = super().get_new_connection(conn_params)
        limit_s = self.statement_timeout_s
        connection.patience_s = limit_s + patience.MARGIN_S if limit_s else math.inf
        return connection

    def is_usable(self) -> bool:
        """Ask a kept connection whether it still lives: no question that takes long to answer."""
        if self.connection is None:
            return False
        with self.connection.waiting_at_most(patience.CONNECT_TIMEOUT_S):
            return bool(super().is_usable())

    @contextmanager
    def without_hurry(self) -> Iterator[None]:
        """Let statements take as long as they like: migrations, and waiting for their turn."""
        with self.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        with self.connection.waiting_at_most(math.inf):
            yield
            with self.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
                cursor.execute("RESET idle_in_transaction_session_timeout")

    @contextmanager
    def copying(self) -> Iterator[None]:
        """Allow COPY, in no hurry, to a command that has the process for itself."""
        with self.without_hurry(), patience.suspended():
            yield

    def prepare_database(self) -> None:
        """Create the schema before the first migration, unless the role finds it there."""
        super().prepare_database()
        with self.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [self.schema])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema)))
