"""How download can refuse."""

from typing import ClassVar

from frameflow.exceptions import Conflict, FrameFlowError, NotFound


class ArchiveNotFound(NotFound):
    """There is no such video, or it belongs to another account."""

    title = "We cannot find this video."


class FrameNotFound(NotFound):
    """The frames of a video are numbered from 1; this number is not among them."""

    title = "There is no such frame."
    action = "Look at the list of frames."


class NotReady(Conflict):
    """The frames of this video are not ready."""

    code: ClassVar[str] = "not_ready"
    title = "This is not ready."
    action = "Look at the status of the video."

    def __init__(self, status: str) -> None:
        super().__init__(
            f"The status of the extraction is {status}.",
            errors=[{"path": "status", "message": status}],
        )


class Expired(FrameFlowError):
    """The files were kept for the time agreed and then removed."""

    code: ClassVar[str] = "expired"
    status: ClassVar[int] = 410
    title = "These files have expired."
    action = "Upload the video again."


class ShareNotFound(NotFound):
    """The link was stopped or has ended, or the frames are there no more."""

    title = "This link does not work."
    action = "Ask whoever sent it for another one."


class TooManyShares(Conflict):
    """A video can have at most 20 links."""

    action = "Stop one that nobody needs."


class ZipNotSeen(FrameFlowError):
    """The store does not hold the ZIP in the size that was announced."""

    code: ClassVar[str] = "storage"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class ResultMissing(FrameFlowError):
    """A verdict says ready and brings no result."""


class ForeignObjects(FrameFlowError):
    """A message names objects that are not of its extraction."""
