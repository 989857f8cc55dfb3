"""The history of an extraction in a person's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.orchestration.models import SagaStep
from apps.orchestration.saga import State
from frameflow.pages.formats import duration_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Line:
    """One thing that happened; `took` is how long, in words."""

    at: datetime
    text: str
    took: str = ""


_HEARD: dict[str, "StrOrPromise"] = {
    "FILE_UPLOADED": gettext_lazy("Video received."),
    "EXTRACTION_REQUESTED": gettext_lazy("Frames asked for again."),
    "EXPIRY_EXTENDED": gettext_lazy("The files stay longer."),
}
_ENDED: dict[str, "StrOrPromise"] = {
    State.READY: gettext_lazy("Frames and ZIP are ready."),
    State.FAILED: gettext_lazy("It could not be done."),
    State.CANCELLED: gettext_lazy("Cancelled."),
    State.EXPIRED: gettext_lazy("Files deleted as announced."),
    State.DELETED: gettext_lazy("Deleted."),
}
_STEPS: dict[str, "StrOrPromise"] = {
    "queued": gettext_lazy("Waiting"),
    "checking": gettext_lazy("Checking the video"),
    "extracting": gettext_lazy("Extracting frames"),
    "packing": gettext_lazy("Making the ZIP"),
}


def told(row: SagaStep) -> Iterator[Line]:
    """Yield what one row of the history means, the steps of its run first."""
    for step in row.steps:
        yield from _step(step)
    yield Line(row.at, _outcome(row))


def _outcome(row: SagaStep) -> str:
    if row.cause == "replaced":
        return _("Replaced by newer frames.")
    if row.heard == "EXTRACTION_REQUESTED" and row.run > 1:
        return _("Tried again.")
    return str(_HEARD.get(row.heard) or _ENDED.get(row.to_state) or _("Changed."))


def _step(step: dict[str, Any]) -> Iterator[Line]:
    """A step that was begun again says so first; what went wrong is for support."""
    started = parse_datetime(step["started_at"])
    if started is None:
        return
    if step["tries"] > 1 and step["step"] == "checking":
        again = _("Try {n}, after a short problem.").format(n=step["tries"])
        yield Line(started, again)
    ended = parse_datetime(step["ended_at"] or "")
    took = duration_in_words((ended - started).total_seconds()) if ended else ""
    yield Line(started, str(_STEPS.get(step["step"], step["step"])), took)
