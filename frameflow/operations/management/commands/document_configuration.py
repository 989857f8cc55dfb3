"""Write the page about the environment variables, and the example file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from frameflow.variables import document

PAGE = Path("docs/reference/configuration.md")
EXAMPLE = Path(".env.example")


class Command(BaseCommand):
    """Write docs/reference/configuration.md and .env.example anew from the declarations."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        for path, text in ((PAGE, document.page()), (EXAMPLE, document.example())):
            (settings.BASE_DIR / path).write_text(text)
            self.stdout.write(f"{path}: written")
