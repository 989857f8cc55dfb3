"""Each wish for frames, by itself and below its video."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.upload.admin.filters import CodeFilter, StatusFilter, StuckFilter, since
from apps.upload.admin.shown import (
    duration_of,
    error_code_of,
    progress_of,
    result_of,
    status_chip,
    support_code,
)
from apps.upload.models import Extraction
from frameflow.site import ReadOnlyAdmin, ReadOnlyInline, Shortcut, aged, linked, pretty
from frameflow.site.elsewhere import conversation, elsewhere


class _Columns:
    """What an extraction shows in its list, on its page and below its video."""

    age = aged("requested_at", _("age"))
    links = elsewhere("pk")
    messages = conversation("pk")
    video_link = linked("video_id", "upload.video", _("video"))
    options_text = pretty("options", _("options"))
    result_text = pretty("result", _("result"))
    error_text = pretty("error", _("error"))
    warnings_text = pretty("warnings", _("warnings"))

    @admin.display(description=_("support code"), ordering="pk")
    def code(self, extraction: Extraction) -> str:
        """Return what a person reads under an error."""
        return support_code(error_code_of(extraction), extraction)

    @admin.display(description=_("status"))
    def status(self, extraction: Extraction) -> str:
        """Return the status in words and colour."""
        return status_chip(extraction)

    @admin.display(description=_("progress"))
    def progress(self, extraction: Extraction) -> str:
        """Return how far the run is."""
        return progress_of(extraction)

    @admin.display(description=_("frames"))
    def frames(self, extraction: Extraction) -> Any:
        """Return how many frames the result has."""
        return result_of(extraction, "frames")

    @admin.display(description=_("duration"))
    def duration(self, extraction: Extraction) -> str:
        """Return how long the video plays."""
        return duration_of(extraction)

    @admin.display(description=_("last code"))
    def last_code(self, extraction: Extraction) -> str:
        """Return the code of its failure."""
        return error_code_of(extraction)


class ExtractionInline(_Columns, ReadOnlyInline):
    """The extractions of a video."""

    model = Extraction
    ordering = ("-extraction_no",)
    fields = readonly_fields = (
        "extraction_no", "code", "run", "status", "progress", "frames", "last_code", "age", "links",
    )  # fmt: skip


@admin.register(Extraction)
class ExtractionAdmin(_Columns, ReadOnlyAdmin):
    """One line for each extraction."""

    list_display = (
        "code", "video_link", "extraction_no", "run", "status", "step", "progress", "frames",
        "duration", "age", "last_code",
    )  # fmt: skip
    list_filter = (StatusFilter, StuckFilter, CodeFilter, since("requested_at"))
    ordering = ("-requested_at",)
    id_fields = ("pk", "video_id")
    shortcuts = (Shortcut(_("Stuck: no progress for 5 minutes"), "stuck=yes"),)
    fields = readonly_fields = (
        "id", "code", "status", "video_link", "extraction_no", "run", "links", "messages", "step",
        "progress", "progressed_at", "requested_at", "ended_at", "expires_at", "error_text",
        "warnings_text", "options_text", "result_text", "published_run", "booked_bytes",
    )  # fmt: skip
