"""The sweepers of upload."""

from django.conf import settings

from apps.upload import selectors, services
from frameflow.bus import every
from frameflow.storage import store


@every(seconds=5)
def remove_sources() -> None:
    """Raw videos whose row is gone."""
    services.remove_sources()


@every(seconds=5)
def empty_closed_accounts() -> None:
    """What is left of closed accounts with many videos."""
    services.empty_closed_accounts()


@every(seconds=5)
def complete_arrived() -> None:
    """Videos that are wholly here, and whose sender vanished after the last byte."""
    services.complete_arrived()


@every(seconds=60)
def expire_silent_uploads() -> None:
    """Uploads that fell silent, and what dead processes left half written: that of an upload in
    pieces goes with its row, and is old only when the row has expired. Where one is wholly here and
    waits to be completed, perhaps since before we were away, nothing is old."""
    services.expire_silent_uploads()
    if not selectors.list_arrived().exists():
        store().abort_stale_writes(older_than_s=settings.STALE_WRITE_AFTER_S)


@every(seconds=600)
def forget_answers() -> None:
    """Answers kept under an Idempotency-Key, a day old."""
    services.forget_answers()
