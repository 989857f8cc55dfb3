"""The root of every way in which Frame Flow refuses something.

The docstring of a class is its message; `code` is what machines read; `retryable` carries the
decision whether the same thing may work later.
"""

from typing import Any, ClassVar


class FrameFlowError(Exception):
    """Something went wrong on our side."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    title: ClassVar[str] = "Something went wrong on our side."
    action: ClassVar[str] = "Try again; if it happens twice, contact support."

    def __init__(self, detail: str = "", **facts: Any) -> None:
        self.facts = facts
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.detail)


class NotFound(FrameFlowError):
    """It may be deleted, or belong to another account."""

    code = "not_found"
    status = 404
    title = "We cannot find this."
    action = "Check the address."


class Conflict(FrameFlowError):
    """The present state does not allow this."""

    code = "conflict"
    status = 409
    title = "This cannot be done now."
    action = "Look at the status of the video and try again."


class PreconditionFailed(FrameFlowError):
    """It is no longer the version that was asked for."""

    code = "precondition_failed"
    status = 412
    title = "This has changed meanwhile."
    action = "Load it again."


class Invalid(FrameFlowError):
    """A value is not acceptable."""

    code = "invalid"
    status = 422
    title = "Some values are not right."
    action = "Correct the values named and send them again."


class Unavailable(FrameFlowError):
    """A part that we need does not answer at this moment."""

    code = "unavailable"
    status = 503
    retryable = True
    title = "We are having a problem. Your videos are safe."
    action = "Try again in a moment."
