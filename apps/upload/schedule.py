"""The sweepers of upload."""

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
    pieces goes with its row, and is old only when the row has expired."""
    services.expire_silent_uploads()
    store().abort_stale_writes(older_than_s=selectors.get_stale_write_age_s())


@every(seconds=600)
def forget_answers() -> None:
    """Answers kept under an Idempotency-Key, a day old."""
    services.forget_answers()
