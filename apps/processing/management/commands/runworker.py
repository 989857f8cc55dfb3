"""Run one worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.processing import jobs


class Command(BaseCommand):
    """Wait for wake-ups and work on whatever the table says is due."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--burst", action="store_true", help="stop when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs.run_worker(burst=options["burst"])
