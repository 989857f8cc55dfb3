"""A sender whose bytes are all here does not lose them to a database that is away for a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.conf import settings

from apps.upload.receiving.incoming import release_connections
from frameflow.bus import is_away

ASK_EVERY_S = 1.0

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)


def patiently(step: Callable[[], T]) -> T:
    """Do a step that may be repeated; where a part is away, again and again for
    `UPLOAD_PATIENCE_S`, then raise what it raised."""
    deadline = time.monotonic() + settings.UPLOAD_PATIENCE_S
    while True:
        try:
            return step()
        except Exception as error:
            if not is_away(error) or time.monotonic() >= deadline:
                raise
            log.warning("upload.waiting", reason=str(error))
        release_connections()
        time.sleep(ASK_EVERY_S)
