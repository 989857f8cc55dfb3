"""Who did what, to what, and why: Django's LogEntry, and a line in the log.

A page of a context may not touch auth's schema, so it only notes on the request what it did; the
site writes the notes down after the page is done.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import structlog
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.admin.models import LogEntry
    from django.db.models import Model

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing that a member of staff did to one object."""

    model: "type[Model]"
    pk: Any
    code: str
    wish: str
    outcome: str
    reason: str


def note(request: HttpRequest, done: Note) -> None:
    """Remember what was done until the page is done; say it in the log at once."""
    _notes(request).append(done)
    log.info(
        "support.wish",
        wish=done.wish,
        model=done.model._meta.label_lower,
        object=str(done.pk),
        outcome=done.outcome,
        reason=done.reason,
        by=str(request.user.pk),
    )


def write_down(request: HttpRequest) -> None:
    """Write what was noted; called by the site, with no page of a context on the stack."""
    from django.contrib.admin.models import LogEntry  # models load after this package

    if notes := _notes(request):
        LogEntry.objects.bulk_create(_entry(request, each) for each in notes)


def _entry(request: HttpRequest, done: Note) -> "LogEntry":
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.contenttypes.models import ContentType

    return LogEntry(
        user_id=str(request.user.pk),
        content_type=ContentType.objects.get_for_model(done.model),
        object_id=str(done.pk),
        object_repr=done.code,
        action_flag=CHANGE,
        change_message=f"{done.wish}: {done.outcome}. {done.reason}",
    )


def _notes(request: HttpRequest) -> list[Note]:
    return cast("list[Note]", request.__dict__.setdefault("_journal", []))
