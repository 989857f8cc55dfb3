"""How many bodies of one person this process reads.

The row of a video counts from the head of its file. Whoever stops before it holds a thread all the
same, and so does whoever sends again what was answered: here a body counts from its first byte.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from uuid import UUID

from django.conf import settings

from apps.upload.exceptions import TooManyUploads

RETRY_AFTER_S = 10

_reading: Counter[UUID] = Counter()
_lock = Lock()


@contextmanager
def under_way(owner_id: UUID) -> Iterator[None]:
    """Read a body within: `TooManyUploads` where as many of this person's are read already."""
    _enter(owner_id)
    try:
        yield
    finally:
        _leave(owner_id)


def _enter(owner_id: UUID) -> None:
    with _lock:
        if _reading[owner_id] >= settings.MAX_ACTIVE_UPLOADS:
            raise TooManyUploads(retry_after_s=RETRY_AFTER_S)
        _reading[owner_id] += 1


def _leave(owner_id: UUID) -> None:
    with _lock:
        _reading[owner_id] -= 1
        if not _reading[owner_id]:
            del _reading[owner_id]
