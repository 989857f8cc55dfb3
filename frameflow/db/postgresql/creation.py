"""ONE physical test database for all aliases, each migrated in its own schema."""

from typing import Any, ClassVar

from django.db.backends.postgresql import creation

#: The stubs know only the public half of Django's class.
Base: Any = creation.DatabaseCreation


class DatabaseCreation(Base):  # type: ignore[misc]
    """Creates and destroys the test database once, however many schemas live in it."""

    _created: ClassVar[set[str]] = set()

    def test_db_signature(self) -> tuple[str, ...]:
        """Return a signature of its own for each schema, so that each is migrated."""
        shared: tuple[str, ...] = super().test_db_signature()
        return (*shared, self.connection.schema)

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = self._get_test_db_name()
        if name in self._created:
            return name
        self._created.add(name)
        created: str = super()._create_test_db(verbosity, autoclobber, keepdb)
        return created

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        if test_database_name in self._created:
            self._created.discard(test_database_name)
            self._end_other_sessions(test_database_name)
            super()._destroy_test_db(test_database_name, verbosity)

    def _end_other_sessions(self, name: str) -> None:
        """The other aliases may still be connected; a database in use cannot be dropped."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with self._nodb_cursor() as cursor:
            parameters: list[Any] = [name]
            cursor.execute(query, parameters)
