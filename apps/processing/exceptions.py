"""How a run can fail before and around the engine."""

from typing import ClassVar

from frameflow.exceptions import FrameFlowError, Unavailable


class RunFailed(FrameFlowError):
    """A run came to a bad end; `code` says which."""

    def __init__(self, code: str, detail: str, *, retryable: bool) -> None:
        super().__init__(detail)
        self.failure_code, self.failure_retryable = code, retryable


class NoWorker(Unavailable):
    """No worker has been seen."""

    code: ClassVar[str] = "no_worker"
