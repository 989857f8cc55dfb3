"""What auth does by the clock."""

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from apps.auth import services
from frameflow.bus import every


@every(seconds=10)
def send_due_notices() -> None:
    """Mail what is due."""
    services.send_due_notices(at=timezone.now())


@every(seconds=2)
def send_reset_links() -> None:
    """Mail the links that were asked for."""
    services.send_reset_links()


@every(seconds=2)
def send_email_links() -> None:
    """Mail the links to new addresses."""
    services.send_email_links()


@every(seconds=3600)
def purge_expired() -> None:
    """Forget tokens, wishes and sessions that have ended by themselves."""
    services.purge_expired(at=timezone.now())
    services.purge_email_wishes(at=timezone.now())
    SessionStore.clear_expired()
