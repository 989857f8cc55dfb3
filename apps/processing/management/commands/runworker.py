"""Run one worker."""

from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.processing import jobs

log = structlog.stdlib.get_logger(__name__)


class Command(BaseCommand):
    """Wait for wake-ups and work on whatever the table says is due."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--burst", action="store_true", help="stop when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        self._look_at_the_cage()
        jobs.run_worker(burst=options["burst"])

    @staticmethod
    def _look_at_the_cage() -> None:
        """Say, or refuse, that the decoder is confined by less than it should be."""
        missing = jobs.missing_layers()
        if missing and settings.DECODER_CAGE == "required":
            raise CommandError(
                f"This kernel has no {' and no '.join(missing)} to confine the decoder of "
                "strangers' videos. DECODER_CAGE=possible starts the worker all the same."
            )
        log.info("worker.cage", missing=missing)
