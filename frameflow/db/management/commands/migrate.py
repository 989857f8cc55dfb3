"""`migrate` without `--database` migrates every context, in order, under one lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

LOCK = 0x0F8A3E


class Command(migrate.Command):
    """Django's migrate, over all aliases."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Check the databases that will be migrated, before anything is changed."""
        kwargs: Any = super().get_check_kwargs(options)
        chosen = options["database"]
        kwargs["databases"] = [chosen] if chosen else aliases_for(options.get("app_label"))
        return kwargs

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"]:
            connection: Any = connections[options["database"]]
            with connection.without_hurry():
                super().handle(*args, **options)
            return
        for alias in aliases_for(options.get("app_label")):
            with _one_at_a_time(alias):
                super().handle(*args, **{**options, "database": alias})


def aliases_for(app_label: str | None) -> list[str]:
    """Return the aliases to migrate: all, or the one that holds the app's tables."""
    aliases = [context.alias for context in settings.ACTIVE_CONTEXTS]
    if app_label is None or app_label == "bus":
        return aliases
    from frameflow.db.router import alias_of

    return [alias for alias in aliases if alias == alias_of(app_label)]


@contextmanager
def _one_at_a_time(alias: str) -> Iterator[None]:
    connection: Any = connections[alias]
    with connection.without_hurry(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
