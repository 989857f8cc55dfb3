"""Links that show a result to whoever has them."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.download.archive import State
from apps.download.exceptions import ShareNotFound
from apps.download.models import Share
from apps.download.selectors.archives import refuse_unknown


def digest_of(token: str) -> str:
    """Return what is kept of a token; sha256 is enough for 32 random bytes."""
    return sha256(token.encode(errors="replace")).hexdigest()


def get_shared(*, token: str, at: datetime) -> Share:
    """Return an open link with its Archive. `ShareNotFound` for any other, and it is one question
    to the database whatever is wrong, so that neither the answer nor its time tells what."""
    share = _open(at).filter(digest=digest_of(token)).first()
    if share is None:
        raise ShareNotFound
    return share


def list_shares(*, video_id: UUID, owner_id: UUID, at: datetime) -> QuerySet[Share]:
    """Return the open links of an owner's video, the newest first; `ArchiveNotFound`."""
    refuse_unknown(video_id=video_id, owner_id=owner_id)
    mine = _open(at).filter(archive__video_id=video_id, archive__owner_id=owner_id)
    return mine.order_by("-created_at", "pk")


def _open(at: datetime) -> QuerySet[Share]:
    kept = Q(archive__expires_at=None) | Q(archive__expires_at__gt=at)
    ready = Share.objects.filter(kept, archive__state=State.READY, expires_at__gt=at)
    return ready.select_related("archive")
