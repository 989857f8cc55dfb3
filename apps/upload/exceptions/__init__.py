"""How upload can refuse. The sentences are for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from frameflow.exceptions import Conflict, FrameFlowError, Invalid, NotFound

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class VideoNotFound(NotFound):
    """It may be deleted, or belong to another account."""

    title = "We cannot find this video."
    action = "Look for it in your list of videos."


class UploadRefused(FrameFlowError):
    """This file cannot be taken in; nothing of it was kept."""

    status = 422


class UnsupportedType(UploadRefused):
    """The name does not end like a video that we know."""

    code = "unsupported_type"
    status = 415
    title = "We do not know this kind of file."
    action = "Send MP4, MOV, MKV, WebM, AVI, MPEG, TS or FLV."


class Unreadable(UploadRefused):
    """It may be damaged, incomplete, or not a video."""

    code = "unreadable"
    title = "We could not read this file as a video."
    action = "Try to play it on your computer, or export it again as MP4."


class Empty(UploadRefused):
    """The file has no bytes."""

    code = "empty"
    title = "This file is empty."
    action = "Choose another file."


class TooLarge(UploadRefused):
    """The file is larger than the limit."""

    code = "too_large"
    status = 413
    title = "This file is too large."
    action = "Make it smaller or cut it."


class CutOff(UploadRefused):
    """The connection ended before the whole file had arrived; nothing was kept."""

    code = "cut_off"
    status = 400
    retryable = True
    title = "The upload was cut off."
    action = "Send the file again."


class FormNotOurs(FrameFlowError):
    """The form did not carry the token that belongs to this session, or not before its file."""

    code = "csrf_failed"
    status = 403
    retryable = True
    title = "This page was open too long."
    action = "Load it again; nothing is lost."


class UnreadableForm(FrameFlowError):
    """The body is no multipart form."""

    code = "bad_request"
    status = 400
    title = "We cannot read this request."
    action = "Correct it and try again."


class FileMissing(Invalid):
    """The request must carry the video in the field `file`."""

    code = "file_missing"
    title = "There is no file in this request."
    action = "Send the video as multipart/form-data in the field file."


class BadOptions(Invalid):
    """Some options are not acceptable."""

    code = "bad_options"
    title = "Some options are not right."


class LimitReached(FrameFlowError):
    """This account has as much as one person may have."""


class QuotaFull(LimitReached):
    """There is no space left for this file."""

    code = "quota"
    status = 403
    title = "Your space is full."
    action = "Delete a video to go on."


class TooManyUploads(LimitReached):
    """Several uploads of this account are still under way."""

    code = "rate"
    status = 429
    retryable = True
    title = "Too many uploads at once."
    action = "Wait until one of them has ended."


class TooManyRuns(LimitReached):
    """Many videos of this account wait or are worked on."""

    code = "rate"
    status = 429
    retryable = True
    title = "Too many of your videos are still waiting."
    action = "Wait until one of them is done, or cancel one."


class AccountClosed(FrameFlowError):
    """This account was closed; it cannot start anything new."""

    code = "account_closed"
    status = 403
    title = "This account is closed."
    action = "Sign up again."


class NotAtRest(Conflict):
    """The newest extraction of this video is still at work."""

    action = "Wait until it has ended, or cancel it."


class NothingToRetry(Conflict):
    """Only an extraction that failed or was cancelled can be tried again."""

    action = "Use extract again for a video that is ready."


class TooManyExtractions(Conflict):
    """A video can be extracted at most 100 times."""

    action = "Upload the video again."


class LengthRequired(UploadRefused):
    """The request must say how long it is (Content-Length)."""

    code = "length_required"
    status = 411
    title = "The length of this upload is not known."
    action = "Send the file with a Content-Length."


class KeyInUse(Conflict):
    """The first request with this Idempotency-Key is still under way."""

    code = "idempotency_key_in_use"
    retryable = True
    title = "This request is under way already."
    action = "Send it again in a moment."


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"
    title = "This key belongs to another request."
    action = "Use a new key for each new request."


@dataclass(frozen=True)
class Words:
    """What a person reads about a run that failed: what happened, and the next step."""

    title: "StrOrPromise"
    action: "StrOrPromise"


_OUR_SIDE = Words(
    _("Something went wrong on our side. Your video is safe."),
    _("Try again; if it happens twice, contact support."),
)
_EXPORT = _("Export it as MP4 (H.264) and upload again.")
_ANOTHER = _("Choose another file.")

#: Every code with which a run can end, in people's words.
FAILURES: Mapping[str, Words] = {
    "unreadable": Words(
        _("We could not read this file as a video."),
        _(
            "It may be damaged, incomplete, or not a video. Try to play it on your computer, "
            "or export it again as MP4."
        ),
    ),
    "no_video": Words(_("There is no video in this file. It has only sound."), _ANOTHER),
    "unsupported_type": Words(
        _("We do not know this kind of file."), _("Send MP4, MOV, MKV, WebM, AVI, MPEG, TS or FLV.")
    ),
    "unsupported_codec": Words(_("We cannot decode this kind of video."), _EXPORT),
    "encrypted": Words(
        _("This video is protected (DRM). We cannot read protected videos."), _ANOTHER
    ),
    "too_large": Words(_("This file is too large."), _("Make it smaller or cut it.")),
    "too_long": Words(_("This video is too long."), _("Choose a part with From and To.")),
    "too_many_frames": Words(
        _("These options make too many frames."), _("Choose a longer interval.")
    ),
    "empty": Words(_("This file is empty."), _ANOTHER),
    "cut_off": Words(_("The upload was cut off."), _("Send the file again.")),
    "upload_expired": Words(_("This upload waited more than 24 hours."), _("Start it again.")),
    "quota": Words(_("Your space is full."), _("Delete a video, then try again.")),
    "poison": Words(
        _("This video stops our reader each time. It may be damaged."),
        _("Export it again as MP4 (H.264) and upload that."),
    ),
    "storage": _OUR_SIDE,
    "timeout": _OUR_SIDE,
    "internal": _OUR_SIDE,
}


def words_for(code: str) -> Words:
    """Return what to tell a person about a code; unknown ones are our own fault."""
    return FAILURES.get(code, _OUR_SIDE)
