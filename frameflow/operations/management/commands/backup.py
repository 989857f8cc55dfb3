"""Save all rows of one moment, and every object that they name, into a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from frameflow.exceptions import FrameFlowError
from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.backups import Refused, take

SHOWN = 20


class Command(BaseCommand):
    """The folder appears when it is whole; exit 1 where objects are lost, or nothing was taken."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the backup will be; a new name")
        parser.add_argument(
            "--stopped",
            action="store_true",
            help="nothing else runs: needed where the contexts lie in several databases",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        try:
            taken = take(folder, stopped=options["stopped"])
        except (Refused, FrameFlowError, DatabaseError, OSError) as error:
            raise CommandError(f"No backup was taken. {error}") from error
        manifest = taken.manifest
        self.stdout.write(
            f"{folder}: whole. {len(manifest.objects)} objects, {manifest.size_bytes} bytes."
        )
        if deleted := len(manifest.missing) - len(taken.lost):
            self.stdout.write(f"{deleted} objects were deleted while it was taken.")
        for key in taken.lost[:SHOWN]:
            self.stdout.write(f"lost: {key}")
        if taken.lost:
            raise CommandError(
                f"{len(taken.lost)} objects that rows name are not in the store, so not in the "
                "backup either. An older backup may have them."
            )
