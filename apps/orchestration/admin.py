"""The sagas, for support staff: what happened to an extraction, step by step."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.orchestration.models import Saga, SagaStep
from apps.orchestration.saga import State
from frameflow.pages.formats import duration_in_words
from frameflow.site import Filter, ReadOnlyAdmin, aged, chip, linked
from frameflow.site.elsewhere import conversation, elsewhere

RECEIVED = {"FILE_UPLOADED", "EXTRACTION_REQUESTED"}
STEPS = {
    "queued": _("Wait"),
    "checking": _("Check"),
    "extracting": _("Extract"),
    "packing": _("Pack"),
}


class StateFilter(Filter):
    """What the saga has decided."""

    title = _("state")
    parameter_name = "state"
    options = tuple((each.value, each.value) for each in State)

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(state=value)


@admin.register(Saga)
class SagaAdmin(ReadOnlyAdmin):
    """One line for each extraction; its page tells the timeline and the history of messages."""

    change_form_template = "admin/orchestration/saga.html"
    list_display = (
        "code", "video", "owner", "extraction_no", "run", "state_chip", "timer_at", "age",
        "changed",
    )  # fmt: skip
    list_filter = (StateFilter,)
    ordering = ("-created_at",)
    id_fields = ("pk", "video_id", "owner_id")
    search_rank = 3
    fields = readonly_fields = (
        "extraction_id", "state_chip", "video", "owner", "extraction_no", "run", "timer_at",
        "expires_at", "created_at", "updated_at", "links", "messages",
    )  # fmt: skip

    age = aged("created_at", _("age"))
    changed = aged("updated_at", _("changed"))
    video = linked("video_id", "upload.video", _("video"))
    owner = linked("owner_id", "identity.user", _("owner"))
    links = elsewhere("pk")
    messages = conversation("pk")

    @admin.display(description=_("extraction"), ordering="pk")
    def code(self, saga: Saga) -> str:
        """Return the digits of the support code."""
        return str(saga.pk)[:8]

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, saga: Saga) -> str:
        """Return the state in colour."""
        return chip(saga.state, saga.state)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        saga = self.get_object(request, object_id)
        history = list(saga.history.all()) if isinstance(saga, Saga) else []
        shown = {"history": history, "timeline": list(timeline(history))}
        return super().change_view(request, object_id, form_url, shown)


def timeline(history: list[SagaStep]) -> Iterator[dict[str, Any]]:
    """Yield what was done for an extraction, in order: received, each step of each run as
    processing reported it, and how the saga ended it.

    Whether the ZIP was published is download's to tell: the page links there.
    """
    for heard in history:
        if heard.heard in RECEIVED:
            yield _line(_("Receive"), heard, tries=1, start=heard.at, end=heard.at)
        for step in heard.steps:
            start, end = parse_datetime(step["started_at"]), parse_datetime(step["ended_at"] or "")
            name = STEPS.get(step["step"], step["step"])
            why = step["reason"] or ""
            yield _line(name, heard, tries=step["tries"], start=start, end=end, reason=why)
        if heard.cause:
            name = _("End: {state}").format(state=heard.to_state)
            yield _line(name, heard, tries=1, start=heard.at, end=heard.at, reason=heard.cause)


def _line(
    step: Any,
    heard: SagaStep,
    *,
    tries: int,
    start: datetime | None,
    end: datetime | None,
    reason: str = "",
) -> dict[str, Any]:
    took = duration_in_words((end - start).total_seconds()) if start and end else ""
    return {
        "step": step,
        "run": heard.run,
        "tries": tries,
        "start": start,
        "took": took,
        "reason": reason,
    }
