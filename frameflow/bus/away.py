"""A part that does not answer at this moment: told in one line, done without, or tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError

from frameflow.bus.exceptions import BusUnavailable, TransportError
from frameflow.storage import StorageError

AWAY = (OperationalError, InterfaceError, TransportError, BusUnavailable, StorageError)

log = structlog.stdlib.get_logger(__name__)


def is_away(error: BaseException) -> bool:
    """Return whether an error only says that a database, Redis or the store does not answer."""
    return isinstance(error, AWAY) and getattr(error, "retryable", True)


@contextmanager
def done_without(event: str, **facts: Any) -> Iterator[None]:
    """Do what is only a hint, or what a sweep does again later. Where a part is away it is left
    out, and logged as `event`."""
    try:
        yield
    except AWAY as error:
        if not is_away(error):
            raise
        log.warning(event, reason=str(error), **facts)
