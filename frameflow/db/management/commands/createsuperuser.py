"""`createsuperuser` without `--database` writes to auth's schema."""

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandParser

from frameflow.db.router import alias_of


class Command(createsuperuser.Command):
    """Django's createsuperuser, where the people are."""

    requires_migrations_checks = False  # Django's check asks the alias `default`, which is empty

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=alias_of("identity"))
