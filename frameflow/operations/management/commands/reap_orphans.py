"""Remove the objects that no row names or may come to name, and old unfinished writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from apps.upload.models import Video
from apps.upload.selectors import get_stale_write_age_s
from frameflow.exceptions import FrameFlowError
from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.objects import orphans
from frameflow.storage import store

LOCK = 0x6F727068  # "orph": any number that nothing else locks


class Command(BaseCommand):
    """Objects younger than the grace are left: a row may still come to name them. Safe at work."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _alone():
                _refuse_another_system()
                self._reap(dry_run=options["dry_run"])
        except (FrameFlowError, DatabaseError) as error:
            raise CommandError(f"Not done to the end: {error}") from error

    def _reap(self, *, dry_run: bool) -> None:
        count = size_bytes = 0
        for found in orphans():
            self.stdout.write(found.key)
            if not dry_run:
                store().delete(found.key)
            count, size_bytes = count + 1, size_bytes + found.size_bytes
        stale = store().abort_stale_writes(get_stale_write_age_s(), dry_run=dry_run)
        done = "Found" if dry_run else "Removed"
        told = f"{count} objects without a row, {size_bytes} bytes; {stale} unfinished writes"
        self.stdout.write(f"{done}: {told}.")


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: after a restore of older rows a key may be written anew once it is removed,
    and must not be removed again by somebody who saw it before."""
    with connections["processing"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError("Another reap_orphans is at work.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _refuse_another_system() -> None:
    """Nothing of a store is removed on the word of a database that knows nothing of it: it is the
    wrong one, or a restore has not committed its rows yet."""
    if not Video.objects.exists() and not store().is_empty():
        raise CommandError(
            "The databases know no video, and the store is not empty. Nothing was removed: look "
            "whether they belong together, and whether a restore is under way."
        )
