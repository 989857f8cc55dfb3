"""The Archive of each extraction: awaited, published, kept longer, gone."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from apps.download.archive import Heard, State, react
from apps.download.exceptions import ForeignObjects, ResultMissing, ZipNotSeen
from apps.download.models import Archive
from frameflow.bus import UnitOfWork, unit_of_work
from frameflow.contracts import (
    ArchivePublished,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionProgressed,
    Result,
    ids_of,
)
from frameflow.storage import ObjectNotFound, store

ALIAS = "download"
EXTEND_EVERY = timedelta(hours=1)


def advance_archive(*, heard: Heard) -> None:
    """Take in a wish or a verdict; a move into ready is published with the change."""
    with unit_of_work(ALIAS) as uow:
        archive = _locked(heard)
        reaction = react(State(archive.state), archive.run, heard)
        if reaction.is_impossible:
            uow.note_impossible(
                "archive.impossible", archive=str(archive), heard=heard.type, run=heard.run
            )
        if not reaction.is_change:
            return
        if isinstance(heard, ExtractionEnded):
            archive.move(reaction, outcome=heard.outcome.value)
        else:
            archive.move(reaction)
            archive.image_format = heard.options.format.value
        if isinstance(heard, ExtractionEnded) and archive.state == State.READY:
            _publish(uow, archive, heard)
        archive.save()
        archive.shares.all().delete()  # they showed what was there before


def note_progress(*, progressed: ExtractionProgressed) -> None:
    """Remember which frames of the present run can be shown already; never goes back."""
    archive = Archive.objects.filter(pk=progressed.extraction_id).first()
    if archive is None:
        return
    _refuse_foreign(archive, progressed.frames_prefix)
    newer = Q(progress_fence__lt=progressed.fence) | Q(
        progress_fence=progressed.fence, frames_done__lt=progressed.frames_done
    )
    awaited = Archive.objects.filter(
        newer, pk=progressed.extraction_id, run=progressed.run, state=State.AWAITED
    )
    with unit_of_work(ALIAS):
        awaited.update(
            progress_fence=progressed.fence,
            progress_prefix=progressed.frames_prefix,
            frames_done=progressed.frames_done,
        )


def extend_expiry(*, archive: Archive, at: datetime) -> bool:
    """Let downloaded files live longer, at most once an hour; return whether that was due.

    Nothing happens where nothing expires. The hour is added, so that none ends too early whose last
    download fell into it.
    """
    days = settings.RETENTION_DAYS
    if not days or archive.expires_at is None:
        return False
    until = at + timedelta(days=days) + EXTEND_EVERY
    due = Archive.objects.filter(
        Q(extended_at=None) | Q(extended_at__lte=at - EXTEND_EVERY),
        pk=archive.pk,
        run=archive.run,
        state=State.READY,
        expires_at__lt=until,
    )
    with unit_of_work(ALIAS) as uow:
        if not due.update(expires_at=until, extended_at=at):
            return False
        uow.publish(ExpiryExtended(**ids_of(archive), expires_at=until, cause="downloaded"))
    return True


def _locked(heard: Heard) -> Archive:
    """Return the row, locked; what was never heard of gets one."""
    archive, _ = Archive.objects.select_for_update().get_or_create(
        extraction_id=heard.extraction_id,
        defaults={
            "video_id": heard.video_id,
            "owner_id": heard.owner_id,
            "extraction_no": heard.extraction_no,
        },
    )
    return archive


def _publish(uow: UnitOfWork, archive: Archive, heard: ExtractionEnded) -> None:
    if heard.result is None:
        raise ResultMissing
    result = heard.result
    _refuse_foreign(archive, result.zip_key, result.manifest_key, result.frames_prefix)
    _see_zip(result)
    archive.take_result(heard.result)
    archive.ready_at, archive.expires_at = heard.ended_at, heard.expires_at
    uow.publish(
        ArchivePublished(
            **ids_of(archive), zip_bytes=archive.zip_bytes, zip_sha256=archive.zip_sha256
        )
    )


def _refuse_foreign(archive: Archive, *names: str) -> None:
    """Owners get what the row names, so it names nothing of anybody else's, whoever says so."""
    if not all(each.startswith(archive.prefix) for each in names):
        raise ForeignObjects(f"{archive} is told of objects elsewhere")


def _see_zip(result: Result) -> None:
    """Nobody is told of a ZIP that is not there; the message comes again."""
    try:
        size_bytes = store().stat(result.zip_key).size_bytes
    except ObjectNotFound:
        raise ZipNotSeen(f"{result.zip_key} is not in the store") from None
    if size_bytes != result.zip_bytes:
        raise ZipNotSeen(f"{result.zip_key}: {size_bytes} bytes, not {result.zip_bytes}")
