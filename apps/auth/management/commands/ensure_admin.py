"""Make the first superuser from the environment."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.auth.services import ensure_admin


class Command(BaseCommand):
    """Make a superuser from ADMIN_EMAIL and ADMIN_PASSWORD, unless the address is taken."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        email, password = settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD
        if not email or not password:
            raise CommandError("Set ADMIN_EMAIL and ADMIN_PASSWORD.")
        was_made = ensure_admin(email=email, password=password)
        self.stdout.write(f"{email}: {'made' if was_made else 'was there already'}")
