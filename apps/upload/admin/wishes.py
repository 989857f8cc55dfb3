"""What support may ask for a video: one service of upload each, the same as for its owner."""

from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.upload import services
from apps.upload.admin.shown import status_of, words_of
from apps.upload.exceptions import NothingToRetry
from apps.upload.models import ExtractionState, Video, VideoState
from frameflow.site import ReasonForm, Skipped, Wish

BY: Literal["support"] = "support"


def retry(video: Video, form: ReasonForm) -> None:
    """Try the newest extraction again."""
    try:
        services.retry_extraction(video_id=video.pk, asked_by=BY)
    except NothingToRetry:
        raise already(video) from None


def cancel(video: Video, form: ReasonForm) -> None:
    """Cancel the extraction at work. An upload under way would be deleted: that is its owner's."""
    newest = next(reversed(video.by_number()), None)
    state = newest.state if newest and video.state == VideoState.STORED else ""
    if state != ExtractionState.PROCESSING:
        raise already(video)
    services.cancel_video(video_id=video.pk, asked_by=BY)


def already(video: Video) -> Skipped:
    """Return why a video needs no such wish: its status."""
    status = words_of(status_of(video))
    return Skipped(_("already {status}").format(status=status[:1].lower() + status[1:]))


WISHES = (
    Wish(
        name="retry",
        label=gettext_lazy("Retry"),
        meaning=gettext_lazy(
            "The newest extraction of each video starts again, with the options it had. "
            "Only what failed or was cancelled can be tried again."
        ),
        permission="upload.retry_video",
        grant=retry,
    ),
    Wish(
        name="cancel",
        label=gettext_lazy("Cancel"),
        meaning=gettext_lazy(
            "The work on each video stops within seconds. The video stays, and can be tried again."
        ),
        permission="upload.cancel_video",
        grant=cancel,
    ),
)
