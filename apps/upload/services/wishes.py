"""What a person, the API or support may ask of a video. Upload alone raises the run."""

from typing import Literal
from uuid import UUID

from apps.upload.exceptions import (
    NotAtRest,
    NothingToRetry,
    TooManyExtractions,
    VideoNotFound,
)
from apps.upload.models import Extraction, Quota, Video, VideoState
from apps.upload.services import messages
from apps.upload.services.quotas import admit_run, open_quota
from apps.upload.services.sources import clean_name
from apps.upload.services.uploads import bury, locked_video
from apps.upload.transitions import Wish
from apps.upload.transitions.video import Input
from frameflow.bus import UnitOfWork, unit_of_work
from frameflow.contracts import CancelRequested, ExtractionRequested, Options, VideoDeleted

ALIAS = "upload"
MAX_EXTRACTIONS = 100

AskedBy = Literal["person", "support"]


def cancel_video(*, video_id: UUID, asked_by: AskedBy = "person") -> Video:
    """Stop the extraction at work; an upload under way is deleted. Safe to repeat."""
    with unit_of_work(ALIAS) as uow:
        video = _living(video_id)
        gone = video.react(Input.CANCEL)
        if gone.is_change:
            bury(video, gone)
            return video
        extraction = _newest(video)
        reaction = extraction.react(Wish.CANCEL) if extraction else None
        if extraction and reaction and reaction.is_change:
            extraction.state = reaction.state
            extraction.save()
            uow.publish(CancelRequested(**messages.ids(video, extraction), asked_by=asked_by))
        return video


def retry_extraction(
    *, video_id: UUID, run: int | None = None, asked_by: AskedBy = "person"
) -> Video:
    """Try the newest extraction again, as another run.

    `run` names the run that the wish answers, so that a repeated wish changes nothing. Raises
    `NothingToRetry` unless it failed or was cancelled, or what `admit_run` does.
    """
    with unit_of_work(ALIAS) as uow:
        video, quota = _stored(video_id, refusal=NothingToRetry)
        extraction = _newest(video)
        if extraction and run is not None and run < extraction.run:
            return video
        if extraction is None or not (reaction := extraction.react(Wish.RETRY)).is_change:
            raise NothingToRetry
        admit_run(quota)
        extraction.run, extraction.state = reaction.run, reaction.state
        extraction.forget_progress()
        extraction.save()
        _request(uow, video, extraction, "retry", asked_by)
        return video


def extract_again(*, video_id: UUID, options: Options, asked_by: AskedBy = "person") -> Video:
    """Make another extraction of a stored video; the old result stays until the new is ready.

    Raises `NotAtRest` while one is at work, or what `admit_run` does.
    """
    with unit_of_work(ALIAS) as uow:
        video, quota = _stored(video_id, refusal=NotAtRest)
        newest = _newest(video)
        if newest and newest.is_at_work:
            raise NotAtRest
        number = newest.extraction_no + 1 if newest else 1
        if number > MAX_EXTRACTIONS:
            raise TooManyExtractions
        admit_run(quota)
        extraction = Extraction.objects.create(
            video=video, extraction_no=number, options=options.model_dump(mode="json")
        )
        _request(uow, video, extraction, "again", asked_by)
        return video


def delete_video(
    *, video_id: UUID, cause: Literal["person", "account", "support"] = "person"
) -> None:
    """Delete a video: at once for the person, soon everywhere. Safe to repeat."""
    with unit_of_work(ALIAS) as uow:
        video = locked_video(video_id)
        reaction = video.react(Input.DELETE)
        if not reaction.is_change:
            return
        bury(video, reaction)
        if reaction.says:
            uow.publish(
                VideoDeleted(
                    video_id=video.pk,
                    owner_id=video.owner_id,
                    extraction_ids=tuple(each.pk for each in video.by_number()),
                    cause=cause,
                )
            )


def rename_video(*, video_id: UUID, name: str) -> Video:
    """Give a video another name."""
    with unit_of_work(ALIAS):
        video = _living(video_id)
        video.name = clean_name(name)
        video.save(update_fields=["name", "updated_at"])
        return video


def _living(video_id: UUID) -> Video:
    video = locked_video(video_id)
    if video.state == VideoState.DELETED:
        raise VideoNotFound
    return video


def _stored(video_id: UUID, *, refusal: type[Exception]) -> tuple[Video, Quota]:
    video = _living(video_id)
    if not video.react(Input.AGAIN).is_change:  # a file that is there: retry needs it too
        raise refusal
    return video, open_quota(video.owner_id)


def _newest(video: Video) -> Extraction | None:
    locked = video.extractions.select_for_update()
    return locked.order_by("-extraction_no").first()


def _request(
    uow: UnitOfWork,
    video: Video,
    extraction: Extraction,
    cause: Literal["again", "retry"],
    asked_by: AskedBy,
) -> None:
    wish = ExtractionRequested(**messages.source(video, extraction), cause=cause, asked_by=asked_by)
    uow.publish(wish)
