"""Check the promise: nothing lost, nothing doubled, nothing left behind."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameflow.bus import is_away
from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.invariants import ALWAYS, INVARIANTS, Evidence, title_of
from frameflow.operations.quiet import wait_until_quiet

SHOWN = 20


class Command(BaseCommand):
    """Print each invariant with its count of breaches; exit 1 where there is one."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        when = parser.add_mutually_exclusive_group()
        when.add_argument(
            "--busy", action="store_true", help="only those that hold while work is under way"
        )
        when.add_argument(
            "--wait-quiet",
            type=float,
            metavar="SECONDS",
            help="wait at most so long until no work is under way; exit 1 where it does not end",
        )
        parser.add_argument(
            "--zips",
            type=int,
            metavar="NUMBER",
            help="open so many ZIPs, chosen at random, 0 for none; default: every one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._wait(options["wait_quiet"])
            evidence = Evidence(zips=options["zips"])
            names = ALWAYS if options["busy"] else tuple(INVARIANTS)
            total = sum(self._check(name, evidence) for name in names)
        except Exception as error:
            if not is_away(error):
                raise
            raise CommandError(f"A part is away, so not all could be checked: {error}") from error
        if total:
            raise CommandError(f"{total} breaches")
        self.stdout.write("Every invariant holds.")

    def _wait(self, timeout_s: float | None) -> None:
        if timeout_s is None:
            return
        if left := wait_until_quiet(timeout_s):
            words = ", ".join(f"{count} {what}" for what, count in left.items())
            raise CommandError(f"Still under way after {timeout_s:g} s: {words}.")

    def _check(self, name: str, evidence: Evidence) -> int:
        breaches = INVARIANTS[name](evidence)
        shown = list(islice(breaches, SHOWN))
        count = len(shown) + sum(1 for _ in breaches)
        self.stdout.write(f"{name:<5}{count:>5}  {title_of(name)}")
        for breach in shown:
            self.stdout.write(f"            {breach}")
        return count
