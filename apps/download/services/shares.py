"""Links to a result: made by its owner, shown once, stopped at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID

from apps.download.archive import State
from apps.download.exceptions import NotReady, ShareNotFound, TooManyShares
from apps.download.models import Archive, Share
from apps.download.selectors import get_archive, list_shares
from apps.download.selectors.shares import digest_of
from frameflow.bus import unit_of_work

ALIAS = "download"
PREFIX_LENGTH = 6
MAX_SHARES = 20
TOKEN_BYTES = 32


@dataclass(frozen=True)
class MadeShare:
    """A new link, and the token that is shown this one time."""

    share: Share
    token: str


def make_share(*, video_id: UUID, owner_id: UUID, days: int, name: str, at: datetime) -> MadeShare:
    """Make a link to the newest ready result of an owner's video, and to no other one.

    Refuses as `get_archive`; `TooManyShares` where the video has twenty.
    """
    archive = get_archive(video_id=video_id, owner_id=owner_id)
    token = token_urlsafe(TOKEN_BYTES)
    with unit_of_work(ALIAS):
        _hold(archive)
        if list_shares(video_id=video_id, owner_id=owner_id, at=at).count() >= MAX_SHARES:
            raise TooManyShares
        share = Share.objects.create(
            archive=archive,
            name=name,
            prefix=token[:PREFIX_LENGTH],
            digest=digest_of(token),
            expires_at=at + timedelta(days=days),
        )
        share.refresh_from_db()
    return MadeShare(share, token)


def stop_share(*, share_id: UUID, video_id: UUID, owner_id: UUID) -> None:
    """End a link at once; `ShareNotFound` for one that is not the owner's."""
    mine = Share.objects.filter(archive__video_id=video_id, archive__owner_id=owner_id)
    with unit_of_work(ALIAS):
        deleted, _ = mine.filter(pk=share_id).delete()
        if not deleted:
            raise ShareNotFound


def forget_ended_shares(*, at: datetime) -> int:
    """Remove the links that have ended by themselves; return how many."""
    with unit_of_work(ALIAS):
        return Share.objects.filter(expires_at__lte=at).delete()[0]


def _hold(archive: Archive) -> None:
    """Keep the Archive as it was looked at until the link is there: what ends it ends its links."""
    same = Archive.objects.filter(pk=archive.pk, run=archive.run, state=State.READY)
    if same.select_for_update().first() is None:
        raise NotReady(archive.status)
