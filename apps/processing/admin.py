"""Jobs and frames, for support staff."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.processing.models import KEPT, Frame, ProcessingJob
from apps.processing.transitions import JobState
from frameflow.pages.formats import clock, size_in_words
from frameflow.site import Filter, ReadOnlyAdmin, Shortcut, aged, chip, linked, pretty
from frameflow.site.elsewhere import conversation, elsewhere, listed


class StateFilter(Filter):
    """Where the work of the present run stands."""

    title = _("state")
    parameter_name = "state"
    options = tuple((each.value, each.value) for each in KEPT)

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(state=value)


class TroubleFilter(Filter):
    """What does not go as it should."""

    title = _("trouble")
    parameter_name = "trouble"
    options = (
        ("again", _("Being tried again")),
        ("lost", _("Its worker is silent")),
        ("killed", _("Its reader was killed")),
    )
    which = {
        "again": Q(tries__gt=0, state=JobState.QUEUED) | Q(tries__gt=1, state=JobState.RUNNING),
        "lost": Q(state=JobState.RUNNING, lease_until__lt=Now()),
        "killed": Q(child_deaths__gt=0),
    }

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(self.which[value])


@admin.register(ProcessingJob)
class ProcessingJobAdmin(ReadOnlyAdmin):
    """One line for each extraction's work."""

    list_display = (
        "code", "video", "owner", "run", "state_chip", "tries", "fence", "worker", "lease_until",
        "age", "last_code",
    )  # fmt: skip
    list_filter = (StateFilter, TroubleFilter)
    ordering = ("-queued_at",)
    id_fields = ("pk", "video_id", "owner_id")
    shortcuts = (Shortcut(_("Work that is being tried again"), "trouble=again"),)
    fields = readonly_fields = (
        "extraction_id", "state_chip", "video", "owner", "extraction_no", "run", "tries", "fence",
        "child_deaths", "worker", "lease_until", "queued_at", "due_at", "updated_at", "source",
        "source_read", "frames_list", "links", "messages", "error_text", "steps_text",
        "options_text", "result_text", "sweep_at", "sweeps_left",
    )  # fmt: skip

    age = aged("queued_at", _("age"))
    video = linked("video_id", "upload.video", _("video"))
    owner = linked("owner_id", "identity.user", _("owner"))
    links = elsewhere("pk")
    messages = conversation("pk")
    error_text = pretty("last_error", _("last error"))
    steps_text = pretty("steps", _("steps"))
    options_text = pretty("options", _("options"))
    result_text = pretty("result", _("result"))

    @admin.display(description=_("extraction"), ordering="pk")
    def code(self, job: ProcessingJob) -> str:
        """Return the digits of the support code."""
        return str(job.pk)[:8]

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, job: ProcessingJob) -> str:
        """Return the state in colour."""
        return chip(job.state, job.state)

    @admin.display(description=_("last code"))
    def last_code(self, job: ProcessingJob) -> str:
        """Return the code of the newest failure of a try."""
        return str((job.last_error or {}).get("code", ""))

    @admin.display(description=_("size of the video"))
    def source(self, job: ProcessingJob) -> str:
        """Return the size in words."""
        return size_in_words(job.source_bytes)

    @admin.display(description=_("read of the video"))
    def source_read(self, job: ProcessingJob) -> str:
        """Return in words how much a good run needed of it."""
        read_bytes = job.source_read_bytes
        return "" if read_bytes is None else size_in_words(read_bytes)

    @admin.display(description=_("frames"))
    def frames_list(self, job: ProcessingJob) -> str:
        """Return a link to the frames."""
        return listed("processing.frame", _("Frames"), q=job.pk)


@admin.register(Frame)
class FrameAdmin(ReadOnlyAdmin):
    """The frames of finished runs."""

    list_display = ("index", "job_link", "asked", "found_at", "width", "height", "size")
    ordering = ("-pk",)
    id_fields = ("job_id",)
    fields = readonly_fields = (
        "job_link", "index", "asked", "requested_ms", "found_at", "pts_ms", "width", "height",
        "size", "size_bytes", "sha256",
    )  # fmt: skip

    job_link = linked("job_id", "processing.processingjob", _("work"))

    @admin.display(description=_("asked for"))
    def asked(self, frame: Frame) -> str:
        """Return the moment that was asked for."""
        return clock(frame.requested_ms / 1000)

    @admin.display(description=_("found at"))
    def found_at(self, frame: Frame) -> str:
        """Return the moment of the frame that was on the screen then."""
        return clock(frame.pts_ms / 1000)

    @admin.display(description=_("size"))
    def size(self, frame: Frame) -> str:
        """Return the size in words."""
        return size_in_words(frame.size_bytes)
