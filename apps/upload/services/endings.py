"""How the saga's verdict changes upload's rows."""

from uuid import UUID

from django.db.models import Q

from apps.upload.models import Extraction, ExtractionState, Quota, Video, VideoState
from apps.upload.services.uploads import rebook
from apps.upload.transitions.extraction import Reaction
from apps.upload.transitions.video import Input
from frameflow.bus import unit_of_work
from frameflow.contracts import ArchivePublished, ExpiryExtended, ExtractionEnded

ALIAS = "upload"


def record_ending(*, ended: ExtractionEnded) -> None:
    """Take over a verdict about the present run; a lower run or a deleted video ignores it."""
    with unit_of_work(ALIAS) as uow:
        video = Video.objects.select_for_update().filter(pk=ended.video_id).first()
        if video is None or video.state == VideoState.DELETED:
            return
        extraction = _locked(ended.extraction_id)
        if extraction is None:
            return
        reaction = extraction.react(ended)
        if reaction.is_impossible:
            uow.note_impossible(
                "extraction.impossible", extraction=str(extraction), heard=ended.type, run=ended.run
            )
        if not reaction.is_change:
            return
        _take(extraction, reaction, ended)
        _book_result(video, extraction)
        extraction.save()
        _expire_if_all_are(video)


def _locked(extraction_id: UUID) -> Extraction | None:
    """Locked, because the whole row is saved, and other messages change it without the video."""
    return Extraction.objects.select_for_update().filter(pk=extraction_id).first()


def _take(extraction: Extraction, reaction: Reaction, ended: ExtractionEnded) -> None:
    said = ended.model_dump(mode="json")
    extraction.state = reaction.state
    extraction.ended_at = ended.ended_at
    if extraction.expires_at is None or ended.expires_at is None:
        extraction.expires_at = ended.expires_at
    else:  # an extension of this run was heard before its ending
        extraction.expires_at = max(extraction.expires_at, ended.expires_at)
    extraction.result, extraction.error = said["result"], said["error"]
    extraction.warnings, extraction.steps = said["warnings"], said["steps"]


def _book_result(video: Video, extraction: Extraction) -> None:
    result = extraction.result or {}
    size_bytes = result.get("zip_bytes", 0) + result.get("frames_bytes", 0)
    Quota.book(video.owner_id, size_bytes - extraction.booked_bytes)
    extraction.booked_bytes = size_bytes


def _expire_if_all_are(video: Video) -> None:
    """Asked in the same transaction as the ending that may make it true."""
    live = video.extractions.exclude(state=ExtractionState.EXPIRED)
    reaction = video.react(Input.ALL_EXPIRED)
    if reaction.is_change and not live.exists():
        video.take(reaction)
        rebook(video, 0)
        video.save()


def note_published(*, published: ArchivePublished) -> None:
    """The Archive of a run is there: a person sees `ready` from now on."""
    with unit_of_work(ALIAS):
        mine = Extraction.objects.filter(
            pk=published.extraction_id, published_run__lt=published.run
        )
        mine.update(published_run=published.run)


def extend_expiry(*, extended: ExpiryExtended) -> None:
    """The files live longer; the later moment wins."""
    with unit_of_work(ALIAS):
        mine = Extraction.objects.filter(
            Q(expires_at=None) | Q(expires_at__lt=extended.expires_at),
            pk=extended.extraction_id,
            run=extended.run,
        )
        mine.update(expires_at=extended.expires_at)
