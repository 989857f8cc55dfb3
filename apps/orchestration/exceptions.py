"""How orchestration can refuse."""

from typing import ClassVar

from frameflow.exceptions import NotFound


class TimelineNotFound(NotFound):
    """There is no such video, or it belongs to another account."""

    code: ClassVar[str] = "not_found"
