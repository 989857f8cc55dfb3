"""Videos and extractions, for support staff. Every action calls a service."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.upload import services
from apps.upload.models import Extraction, Quota, Video
from frameflow.exceptions import FrameFlowError
from frameflow.site import ReadOnlyAdmin, ReadOnlyInline


class ExtractionInline(ReadOnlyInline):
    """The extractions of a video."""

    model = Extraction
    fields = ("id", "extraction_no", "run", "state", "step", "percent", "error", "requested_at")
    readonly_fields = fields


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    """One line for each video; names stay masked."""

    list_display = ("id", "owner_id", "state", "source_type", "source_bytes", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("id", "owner_id", "extractions__id")
    exclude = ("name", "source_key")
    inlines = (ExtractionInline,)
    actions = ("retry", "cancel")

    @admin.action(description="Retry", permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Video]) -> None:
        """Try the newest extraction of each again."""
        self._each(
            request,
            queryset,
            lambda video: services.retry_extraction(video_id=video.pk, asked_by="support"),
        )

    @admin.action(description="Cancel", permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Video]) -> None:
        """Cancel the extraction at work of each."""
        self._each(
            request,
            queryset,
            lambda video: services.cancel_video(video_id=video.pk, asked_by="support"),
        )

    def _each(
        self,
        request: HttpRequest,
        videos: QuerySet[Video],
        wish: Callable[[Video], object],
    ) -> None:
        done, refused = 0, []
        for video in videos:
            try:
                wish(video)
                done += 1
            except FrameFlowError as refusal:
                refused.append(f"{str(video.pk)[:8]}: {refusal.detail}")
        level = messages.WARNING if refused else messages.SUCCESS
        sentence = "; ".join([f"{done} done, {len(refused)} skipped", *refused[:10]])
        self.message_user(request, sentence, level)


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin):
    """How much space each owner uses."""

    list_display = ("owner_id", "used_bytes", "closed_at")
    search_fields = ("owner_id",)
