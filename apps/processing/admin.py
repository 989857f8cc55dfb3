"""Jobs and frames, for support staff."""

from django.contrib import admin

from apps.processing.models import Frame, ProcessingJob
from frameflow.site import ReadOnlyAdmin


@admin.register(ProcessingJob)
class ProcessingJobAdmin(ReadOnlyAdmin):
    """One line for each extraction's work."""

    list_display = ("extraction_id", "video_id", "run", "state", "fence", "tries", "lease_until")
    list_filter = ("state", "queued_at")
    search_fields = ("extraction_id", "video_id", "owner_id", "worker")
    exclude = ("source_key",)


@admin.register(Frame)
class FrameAdmin(ReadOnlyAdmin):
    """The frames of finished runs."""

    list_display = ("job_id", "index", "requested_ms", "pts_ms", "width", "height", "size_bytes")
    search_fields = ("job__extraction_id",)
