"""Run the bus process."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from frameflow.bus.process import run_bus


class Command(BaseCommand):
    """Relay, consume and keep the schedules of some contexts, or of all active ones."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        names = [context.name for context in settings.ACTIVE_CONTEXTS]
        parser.add_argument("--context", nargs="+", choices=names, default=names)

    def handle(self, *args: Any, **options: Any) -> None:
        run_bus(options["context"])
