"""Fill an empty system from a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from frameflow.exceptions import FrameFlowError
from frameflow.operations import every_context  # noqa: F401  first
from frameflow.operations.backups import Refused, restore


class Command(BaseCommand):
    """Everything of the backup is verified before anything is written."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a backup")
        parser.add_argument(
            "--resume",
            action="store_true",
            help="go on where a restore of this backup was cut short: keep its whole objects",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["folder"].absolute(), resume=options["resume"])
        except Refused as refusal:
            raise CommandError(f"Not restored. {refusal}") from refusal
        except (FrameFlowError, DatabaseError, OSError) as error:
            raise CommandError(
                f"Not restored. {error}\nOnce that is mended, the same command with --resume "
                "goes on."
            ) from error
        self.stdout.write(f"Restored as of {manifest.taken_at}: {len(manifest.objects)} objects.")
        if manifest.missing:
            self.stdout.write(f"{len(manifest.missing)} objects were not in the backup.")
