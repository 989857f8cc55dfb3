"""Try out the object store: rights, conditional writes, links."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frameflow.operations.storage_check import try_out
from frameflow.storage import store


class Command(BaseCommand):
    """Print each step with its outcome; exit 1 where one failed. Leaves nothing behind."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for words, reason in try_out(store()):
            failed += bool(reason)
            self.stdout.write(f"{'failed' if reason else 'ok':<8}{words}")
            if reason:
                self.stdout.write(f"        {reason}")
        if failed:
            raise CommandError(f"{failed} steps failed")
