"""From the first byte to acceptance."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.upload.exceptions import (
    Empty,
    TooLarge,
    Unreadable,
    UnsupportedType,
    UploadRefused,
    VideoNotFound,
)
from apps.upload.models import Extraction, KeptAnswer, Quota, Video, VideoState, source_type_of
from apps.upload.models.source_type import HEAD_BYTES, has_known_extension
from apps.upload.services import messages
from apps.upload.services.quotas import admit_upload, open_quota
from apps.upload.services.sources import clean_name
from apps.upload.transitions.video import Input, Reaction
from frameflow.bus import unit_of_work
from frameflow.contracts import FileUploaded, Options
from frameflow.storage import ObjectNotFound, store

ALIAS = "upload"


def begin_upload(
    *,
    owner_id: UUID,
    name: str,
    announced_bytes: int,
    at: datetime,
    in_pieces: Mapping[str, Any] | None = None,
) -> Video:
    """Reserve space and a key for a video of at most `announced_bytes`; `in_pieces` are the columns
    of one that comes so.

    Raises `UnsupportedType`, `TooLarge`, `AccountClosed`, or what `admit_upload` does.
    """
    if not has_known_extension(name):
        raise UnsupportedType
    check_size(announced_bytes)
    with unit_of_work(ALIAS):
        admit_upload(open_quota(owner_id), announced_bytes, at)
        video_id = uuid4()
        Quota.book(owner_id, announced_bytes)
        return Video.objects.create(
            id=video_id,
            owner_id=owner_id,
            name=clean_name(name),
            source_key=f"{owner_id}/{video_id}/source-{uuid4().hex[:12]}",
            booked_bytes=announced_bytes,
            active_at=at,
            **(in_pieces or {}),
        )


def check_size(size_bytes: int) -> None:
    """Raise `TooLarge` above the limit."""
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES / 1e6
        raise TooLarge(f"It has {size_bytes / 1e6:.1f} MB; the limit is {limit:g} MB.")


def complete_upload(
    *,
    video_id: UUID,
    sha256: str,
    options: Options,
    at: datetime,
    then: Callable[[Video], object] = lambda video: None,
) -> Video:
    """Accept a stored object: its size and first bytes decide, not what the client said.

    Returns the video: `stored` with its first extraction, or `refused` with the reason. Once it
    is decided, the same call changes nothing. What `then` writes commits with the acceptance.
    """
    with unit_of_work(ALIAS) as uow:
        video = locked_video(video_id)
        accepted = video.react(Input.FINALIZE_OK)
        if not accepted.is_change:
            _sweep_what_came_late(video)
            return video
        try:
            _inspect(video)
        except UploadRefused as refusal:
            _refuse(video, refusal)
            return video
        video.source_sha256, video.stored_at = sha256, at
        video.take(accepted).save()
        extraction = Extraction.objects.create(
            video=video, extraction_no=1, options=options.model_dump(mode="json")
        )
        uow.publish(FileUploaded(**messages.source(video, extraction)))
        then(video)
        return video


def _sweep_what_came_late(video: Video) -> None:
    """A sender that stood still may have written its file after the last round."""
    if video.state != VideoState.STORED:
        video.sweep(rounds=max(1, video.sweeps_left))
        video.save(update_fields=["sweep_at", "sweeps_left"])


def _inspect(video: Video) -> None:
    size_bytes = store().stat(video.source_key).size_bytes
    check_size(size_bytes)
    if size_bytes == 0:
        raise Empty
    kind = source_type_of(b"".join(store().read(video.source_key, 0, HEAD_BYTES)))
    if kind is None:
        raise Unreadable
    rebook(video, size_bytes)
    video.source_bytes, video.source_type = size_bytes, kind.mime


def refuse_upload(*, video_id: UUID, refusal: UploadRefused) -> None:
    """End an upload of which it is certain before its last byte that it will be refused."""
    with unit_of_work(ALIAS):
        video = locked_video(video_id)
        if video.state == VideoState.UPLOADING:
            _refuse(video, refusal)


def _refuse(video: Video, refusal: UploadRefused) -> None:
    video.take(video.react(Input.FINALIZE_REFUSED))
    video.refusal = {"code": refusal.code, "detail": refusal.detail, "retryable": False}
    rebook(video, 0)
    video.save()


def abandon_upload(*, video_id: UUID) -> None:
    """Forget an upload that did not come to its end; nothing of it stays."""
    with unit_of_work(ALIAS):
        video = locked_video(video_id)
        reaction = video.react(Input.CANCEL)
        if reaction.is_change:
            bury(video, reaction)


def expire_silent_uploads(*, limit: int = 100) -> int:
    """End uploads whose sender is gone: those in one go that nobody could forget (the web process
    died, or the database was away), those in pieces that nobody went on with. One that is wholly
    here is not silent. By the database's clock; return how many."""
    cut, expired = (
        Q(active_at__lt=Now() - timedelta(seconds=seconds))
        for seconds in (settings.UPLOAD_CUT_AFTER_S, settings.UPLOAD_EXPIRES_AFTER_S)
    )
    silent = (Q(length_bytes=None) & cut) | (Q(offset_bytes__lt=F("length_bytes")) & expired)
    with unit_of_work(ALIAS):
        found = Video.objects.filter(silent, state=VideoState.UPLOADING)
        videos = found.select_for_update(skip_locked=True)[:limit]
        for video in videos:
            _expire(video)
        return len(videos)


def end_lost_upload(*, video_id: UUID, lease: UUID | None) -> bool:
    """End an upload of which the store does not have what was acknowledged: it begins anew.

    Only whoever holds the lease knows what was acknowledged, and what is one object already is not
    lost. Returns whether it was ended.
    """
    with unit_of_work(ALIAS):
        video = locked_video(video_id)
        is_mine = lease is not None and video.lease == lease
        if video.state != VideoState.UPLOADING or not is_mine or _is_one_object(video):
            return False
        _expire(video)
        return True


def give_up_upload(*, video_id: UUID, lease: UUID | None) -> None:
    """End an upload that cannot be completed, `UPLOAD_EXPIRES_AFTER_S` after its last byte came."""
    before = Now() - timedelta(seconds=settings.UPLOAD_EXPIRES_AFTER_S)
    with unit_of_work(ALIAS):
        mine = Video.objects.filter(pk=video_id, state=VideoState.UPLOADING, lease=lease)
        for video in mine.filter(active_at__lt=before).select_for_update():
            _expire(video)


def _is_one_object(video: Video) -> bool:
    try:
        return store().stat(video.source_key).size_bytes == video.length_bytes
    except ObjectNotFound:
        return False


def _expire(video: Video) -> None:
    code = "cut_off" if video.length_bytes is None else "upload_expired"
    video.take(video.react(Input.SILENT))
    video.refusal = {"code": code, "detail": "", "retryable": True}
    rebook(video, 0)
    video.save()


def note_bytes(*, video_id: UUID) -> None:
    """Note that bytes are still arriving."""
    Video.objects.filter(pk=video_id, state=VideoState.UPLOADING).update(active_at=Now())


def locked_video(video_id: UUID) -> Video:
    """Return a video, locked until the transaction ends; `VideoNotFound` where there is none."""
    video = Video.objects.select_for_update().filter(pk=video_id).first()
    if video is None:
        raise VideoNotFound
    return video


def rebook(video: Video, size_bytes: int) -> None:
    """Book another size for a video, and give back or take the difference."""
    Quota.book(video.owner_id, size_bytes - video.booked_bytes)
    video.booked_bytes = size_bytes


def bury(video: Video, reaction: Reaction) -> None:
    """Make a tombstone of a video: ids only, and all its space given back."""
    for extraction in video.extractions.exclude(booked_bytes=0):
        Quota.book(video.owner_id, -extraction.booked_bytes)
    nothing: dict[str, Any] = {"result": None, "error": None, "warnings": [], "options": {}}
    video.extractions.update(booked_bytes=0, **nothing)
    rebook(video, 0)
    KeptAnswer.objects.filter(video_id=video.pk).delete()
    video.name = video.source_sha256 = video.source_type = video.metadata = ""
    video.refusal = video.wished = None
    video.take(reaction).save()
