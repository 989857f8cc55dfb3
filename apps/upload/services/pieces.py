"""A video that comes in pieces: who may write now, and how much of it is here.

Whoever writes holds a lease on the row, taken and kept by compare-and-set: nobody holds a lock, a
transaction or a connection while bytes travel, and the lease of a process that died runs out.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from apps.upload.exceptions import Empty, VideoNotFound
from apps.upload.exceptions.pieces import UploadExpired, UploadLocked, WrongOffset
from apps.upload.models import Video, VideoState
from apps.upload.selectors import list_arrived
from apps.upload.services.uploads import (
    begin_upload,
    complete_upload,
    end_lost_upload,
    give_up_upload,
)
from frameflow.bus import is_away
from frameflow.contracts import Options
from frameflow.exceptions import FrameFlowError
from frameflow.storage import ObjectNotFound, store

log = structlog.stdlib.get_logger(__name__)


def begin_pieces(
    *, owner_id: UUID, name: str, length_bytes: int, options: Options, metadata: str, at: datetime
) -> Video:
    """Reserve space for a video that comes in pieces; raises `Empty`, or what `begin_upload` does.

    `metadata` is what the sender said, to be repeated as it was said.
    """
    if length_bytes == 0:
        raise Empty
    return begin_upload(
        owner_id=owner_id,
        name=name,
        announced_bytes=length_bytes,
        at=at,
        in_pieces={
            "length_bytes": length_bytes,
            "wished": options.model_dump(mode="json"),
            "metadata": metadata,
        },
    )


def take_lease(*, video_id: UUID, offset_bytes: int) -> Video:
    """Return the video to write behind its first `offset_bytes`, with the lease to do so.

    Raises `UploadLocked` while another holds it, `WrongOffset`, `UploadExpired`, `VideoNotFound`.
    """
    lease = uuid4()
    taken = (
        _arriving(video_id)
        .filter(_free(), offset_bytes=offset_bytes)
        .update(lease=lease, locked_until=_until())
    )
    video = Video.objects.filter(pk=video_id).first()
    if not taken or video is None or video.lease != lease:
        raise _why_not(video)
    return video


def save_offset(*, video: Video, offset_bytes: int) -> None:
    """Acknowledge so many first bytes and keep the lease; may be repeated.

    Raises as `take_lease` does where the lease is another's now, or the video is gone.
    """
    mine = _arriving(video.pk).filter(lease=video.lease)
    if not mine.update(offset_bytes=offset_bytes, active_at=Now(), locked_until=_until()):
        raise _why_not(Video.objects.filter(pk=video.pk).first())


def release_lease(*, video: Video) -> None:
    """Let another write; nothing where the lease is another's already."""
    mine = Video.objects.filter(pk=video.pk, lease=video.lease)
    mine.update(lease=None, locked_until=None)


def _why_not(video: Video | None) -> FrameFlowError:
    """Return why nothing can be written to a video now."""
    if video is None or video.state == VideoState.DELETED:
        return VideoNotFound()
    if video.state == VideoState.EXPIRED:
        return UploadExpired()
    if _arriving(video.pk).exclude(_free()).exists():
        return UploadLocked(retry_after_s=1)
    return WrongOffset()


def lose_upload(*, video: Video) -> None:
    """End an upload whose acknowledged bytes are not in the store, under the lease of its writer.

    Raises as `save_offset` does where the lease is another's now, or nothing is lost.
    """
    if not end_lost_upload(video_id=video.pk, lease=video.lease):
        raise _why_not(Video.objects.filter(pk=video.pk).first())


def complete_pieces(*, video: Video, sha256: str, at: datetime) -> Video:
    """Make one object of a video that is wholly here, and let `complete_upload` decide.

    Whoever sent the last byte does it, or the sweeper where the sender vanished, under a lease; may
    be repeated. `sha256` is empty where nobody saw all its bytes pass: then whoever needs it reads
    them.
    """
    if Video.objects.filter(pk=video.pk, state=VideoState.UPLOADING).exists():
        try:
            store().finish(video.source_key, video.length_bytes or 0)
        except ObjectNotFound:
            lose_upload(video=video)
    options = Options.model_validate(video.wished or {})
    return complete_upload(video_id=video.pk, sha256=sha256, options=options, at=at)


def complete_arrived(*, limit: int = 20) -> int:
    """Complete the videos that are wholly here and whose sender did not wait; return how many.

    Each try takes the lease, and one that fails leaves it to run out: so those that were tried last
    come last.
    """
    tried_last = F("locked_until").asc(nulls_first=True)
    found = list(list_arrived().filter(_free()).order_by(tried_last, "active_at")[:limit])
    return sum(map(_is_completed, found))


def _is_completed(found: Video) -> bool:
    """Complete one video; what goes wrong with it keeps no other waiting."""
    try:
        video = take_lease(video_id=found.pk, offset_bytes=found.offset_bytes)
    except FrameFlowError:  # another is at it
        return False
    try:
        complete_pieces(video=video, sha256="", at=timezone.now())
    except Exception as error:
        if is_away(error):
            raise
        log.exception("upload.not_completed", video_id=str(found.pk))
        give_up_upload(video_id=video.pk, lease=video.lease)
        return False
    release_lease(video=video)
    return True


def _arriving(video_id: UUID) -> QuerySet[Video]:
    return Video.objects.filter(pk=video_id, state=VideoState.UPLOADING, length_bytes__gt=0)


def _free() -> Q:
    return Q(locked_until=None) | Q(locked_until__lt=Now())


def _until() -> object:
    return Now() + timedelta(seconds=settings.UPLOAD_LEASE_S)
