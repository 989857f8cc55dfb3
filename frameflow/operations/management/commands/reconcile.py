"""Compare rows and store: list objects that no row names, and rows whose objects are gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.objects import expected_keys, orphans
from frameflow.storage import store


class Command(BaseCommand):
    """Objects younger than the grace are never listed: a row may still come to name them."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="remove the objects that no row names"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unnamed = [found.key for found in orphans()]
        for key in unnamed:
            self.stdout.write(f"no row: {key}")
            if options["delete"]:
                store().delete(key)
        expected = expected_keys()
        gone = expected - {found.key for found in store().list("")} if expected else set()
        # Asked again: what was deleted meanwhile is named no more.
        gone &= expected_keys()
        for key in sorted(gone):
            self.stdout.write(f"no object: {key}")
        done = "removed" if options["delete"] else "found"
        self.stdout.write(f"{len(unnamed)} objects without a row {done}; {len(gone)} gone.")
