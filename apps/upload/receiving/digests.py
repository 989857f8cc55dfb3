"""The SHA-256 of videos that come in pieces, as far as this process saw all their bytes pass.

What a hash has seen so far cannot be stored. So it stays here from one piece to the next, and where
a piece went to another process, or this one was started anew, there is none: whoever needs it then
reads the whole video.
"""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any
from uuid import UUID

MOST = 1000

_kept: OrderedDict[UUID, tuple[int, Any]] = OrderedDict()
_lock = Lock()


def digest_at(video_id: UUID, offset_bytes: int) -> Any:
    """Return the digest of so many first bytes, to go on with; None where nobody here has it."""
    if offset_bytes == 0:
        return hashlib.sha256()
    with _lock:
        at, digest = _kept.pop(video_id, (0, None))
    return digest if at == offset_bytes else None


def keep_digest(video_id: UUID, offset_bytes: int, digest: Any) -> None:
    """Keep the digest of so many first bytes for the next piece."""
    with _lock:
        _kept[video_id] = offset_bytes, digest
        while len(_kept) > MOST:
            _kept.popitem(last=False)
