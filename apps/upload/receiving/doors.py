"""From a form to an accepted video, for the page and for the API."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from apps.upload import services
from apps.upload.exceptions import FileMissing, UploadRefused
from apps.upload.exceptions.pieces import UploadExpired
from apps.upload.models import Video, VideoState
from apps.upload.receiving.forgery import is_multipart
from apps.upload.receiving.incoming import IncomingVideo, abandon
from apps.upload.receiving.multipart import receive
from apps.upload.receiving.patience import patiently
from apps.upload.receiving.under_way import under_way
from frameflow.contracts import Options


def take_in(
    request: HttpRequest, *, owner_id: UUID, options_from: Callable[[QueryDict], Options]
) -> Video:
    """Receive the form of a page, whose view is `csrf_exempt`: the token is looked at here.

    `options_from` gets the fields of the whole form. Whatever is raised, nothing is kept.
    """
    if not is_multipart(request):
        raise FileMissing
    with under_way(owner_id):
        form = receive(request, request, owner_id=owner_id, checks_token=True, begin=IncomingVideo)  # type: ignore[arg-type]
        return accept(form.video, lambda: options_from(form.fields))


def accept(
    incoming: IncomingVideo,
    options: Callable[[], Options],
    then: Callable[[Video], object] = lambda video: None,
) -> Video:
    """Publish a video that came in whole and begin its first extraction, or raise why not.

    What `then` writes commits with the acceptance.
    """
    with incoming:
        wished = options()
    try:
        video = patiently(
            lambda: services.complete_upload(
                video_id=incoming.video_id,
                sha256=incoming.sha256,
                options=wished,
                at=timezone.now(),
                then=then,
            )
        )
    except BaseException:  # whoever is not told of a video sends it again
        abandon(incoming.video_id)
        raise
    check_accepted(video)
    return video


def check_accepted(video: Video) -> None:
    """Raise why a video was not taken in, where it was not."""
    if video.state in (VideoState.REFUSED, VideoState.EXPIRED):
        raise _refusal(video)


def _refusal(video: Video) -> UploadRefused:
    failure = video.refusal or {}
    known = {each.code: each for each in UploadRefused.__subclasses__()}
    usual = UploadExpired if video.state == VideoState.EXPIRED else UploadRefused
    return known.get(failure.get("code", ""), usual)(failure.get("detail", ""))
