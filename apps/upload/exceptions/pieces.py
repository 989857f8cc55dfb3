"""How an upload in pieces can be refused."""

from apps.upload.exceptions import UploadRefused
from frameflow.exceptions import Conflict, FrameFlowError


class UploadExpired(UploadRefused):
    """Nothing came for so long that what was here is gone."""

    code = "upload_expired"
    status = 410
    retryable = True
    title = "This upload waited more than 24 hours."
    action = "Start it again."


class UploadLocked(FrameFlowError):
    """Another request is writing to this upload."""

    code = "upload_locked"
    status = 423
    retryable = True
    title = "This upload is under way already."
    action = "Send it again in a moment."


class WrongOffset(Conflict):
    """This piece does not begin where the upload ends."""

    code = "wrong_offset"
    retryable = True
    title = "This upload stands elsewhere."
    action = "Ask where it stands (HEAD), and go on from there."


class ChecksumMismatch(UploadRefused):
    """The bytes of this piece are not those of its checksum; nothing of it was kept."""

    code = "checksum_mismatch"
    status = 460  # of the protocol tus
    retryable = True
    title = "This piece was damaged on its way."
    action = "Send it again."


class NotAPiece(FrameFlowError):
    """A piece of a video is sent as application/offset+octet-stream."""

    code = "unsupported_type"
    status = 415
    title = "We cannot read this kind of content."
    action = "Send application/offset+octet-stream."


class BadHeader(FrameFlowError):
    """A header of the protocol is missing or wrong."""

    code = "bad_request"
    status = 400
    title = "We cannot read this request."
    action = "Correct it and try again."


class OtherVersion(FrameFlowError):
    """Uploads speak version 1.0.0 of tus (Tus-Resumable)."""

    code = "tus_version"
    status = 412
    title = "This version of tus is not spoken here."
    action = "Send Tus-Resumable: 1.0.0."
