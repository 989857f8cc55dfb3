"""What download does by the clock."""

from django.utils import timezone

from apps.download import services
from frameflow.bus import every


@every(seconds=3600)
def forget_ended_shares() -> None:
    """Remove links that nothing opens any more."""
    services.forget_ended_shares(at=timezone.now())
