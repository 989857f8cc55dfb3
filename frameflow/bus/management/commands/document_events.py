"""Write the page about the messages."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from frameflow.bus.document import page

PAGE = Path("docs/reference/events.md")


class Command(BaseCommand):
    """Write docs/reference/events.md anew from the classes of the published language."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / PAGE).write_text(page())
        self.stdout.write(f"{PAGE}: written")
