"""Check the promise: nothing lost, nothing doubled, nothing left behind."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.invariants import ALWAYS, INVARIANTS

SHOWN = 20


class Command(BaseCommand):
    """Print each invariant with its count of breaches; exit 1 where there is one."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--busy", action="store_true", help="only those that hold while work is under way"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = ALWAYS if options["busy"] else tuple(INVARIANTS)
        total = sum(self._check(name) for name in names)
        if total:
            raise CommandError(f"{total} breaches")
        self.stdout.write("Every invariant holds.")

    def _check(self, name: str) -> int:
        check = INVARIANTS[name]
        breaches = list(check())
        title = (check.__doc__ or "").partition(": ")[2].splitlines()[0]
        self.stdout.write(f"{name:<4} {len(breaches):>5}  {title}")
        for breach in breaches[:SHOWN]:
            self.stdout.write(f"            {breach}")
        return len(breaches)
