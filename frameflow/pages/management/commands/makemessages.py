"""Django's makemessages, which also finds the sentences of our exceptions."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from frameflow.pages.refusals import sentences


class Command(makemessages.Command):
    """Writes the sentences of every refusal into a file that xgettext reads, and removes it."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        found = Path(settings.BASE_DIR) / "frameflow" / "pages" / "_refusals.py"
        found.write_text("".join(f"_({sentence!r})\n" for sentence in sentences()))
        try:
            return super().handle(*args, **options)
        finally:
            found.unlink()
