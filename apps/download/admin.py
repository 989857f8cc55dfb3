"""The Archives, for support staff."""

from django.contrib import admin

from apps.download.models import Archive
from frameflow.site import ReadOnlyAdmin


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """One line for each extraction."""

    list_display = ("extraction_id", "video_id", "run", "state", "frames", "zip_bytes", "ready_at")
    list_filter = ("state", "outcome", "created_at")
    search_fields = ("extraction_id", "video_id", "owner_id")
