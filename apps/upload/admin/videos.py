"""The videos: where most questions to support begin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.upload.admin import shown
from apps.upload.admin.again import EXTRACT_AGAIN
from apps.upload.admin.extractions import ExtractionInline
from apps.upload.admin.filters import CodeFilter, SizeFilter, StatusFilter, StuckFilter, since
from apps.upload.admin.wishes import WISHES
from apps.upload.models import Extraction, Video
from frameflow.pages.formats import size_in_words
from frameflow.site import Needle, Shortcut, WishesAdmin, aged, linked, masked_name, pretty
from frameflow.site.columns import link_to
from frameflow.site.elsewhere import conversation


@admin.register(Video)
class VideoAdmin(WishesAdmin):
    """One line for each video; names stay masked."""

    list_display = (
        "code", "masked", "status", "step", "progress", "owner", "size", "duration", "frames",
        "runs", "age", "last_code",
    )  # fmt: skip
    list_filter = (StatusFilter, StuckFilter, CodeFilter, SizeFilter, since("created_at"))
    ordering = ("-created_at",)
    id_fields = ("pk", "owner_id")
    search_rank = 1
    search_help_text = _(
        "A support code, an id of the video or of its owner, or how its name begins. "
        "For an e-mail address, look for the person first, then follow the link to the videos."
    )
    shortcuts = (
        Shortcut(_("Failed videos"), "status=failed"),
        Shortcut(_("Videos of the last hour"), "age=hour"),
    )
    fields = readonly_fields = (
        "id", "code", "masked", "status", "progress", "owner", "size", "duration", "frames",
        "timeline", "messages", "state", "source_type", "source_sha256", "booked_bytes",
        "refusal_text", "created_at", "stored_at", "active_at", "updated_at",
    )  # fmt: skip
    inlines = (ExtractionInline,)
    wishes = (*WISHES, EXTRACT_AGAIN)
    asked_display = ("code", "masked", "status", "owner", "age")

    age = aged("created_at", _("age"))
    owner = linked("owner_id", "identity.user", _("owner"))
    refusal_text = pretty("refusal", _("refusal"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("extractions")

    def matching(self, needle: Needle) -> Q:
        """Return the videos of an id, of an extraction's id, of an owner, or of a name."""
        if needle.ids:
            extractions = Extraction.objects.filter(pk__range=needle.ids)
            # Few, and asked for first: so each part below can use its index.
            of_extraction = list(extractions.values_list("video_id", flat=True)[:50])
            return needle.within(*self.id_fields) | Q(pk__in=of_extraction)
        named = Video.objects.alias(lowered=Collate(Lower("name"), "C"))
        return Q(pk__in=named.filter(lowered__startswith=needle.text.lower()).values("pk"))

    def found(self, request: HttpRequest, needle: Needle) -> list[Any]:
        """An owner's id means the person, whose page leads to the videos; an address does too."""
        if needle.is_email:
            return []
        own = self.get_queryset(request).filter(self.matching(needle))
        if needle.ids:
            own = own.exclude(owner_id__range=needle.ids)
        return list(own.order_by().values_list("pk", flat=True)[:2])

    def code_of(self, row: Video) -> str:
        """Return how people name a video."""
        return self.code(row)

    @admin.display(description=_("support code"))
    def code(self, video: Video) -> str:
        """Return what a person reads under an error."""
        about = video.shown() or video
        return shown.support_code(self.last_code(video), about)

    @admin.display(description=_("name"))
    def masked(self, video: Video) -> str:
        """Return the ending and the length of the name."""
        return masked_name(video.name)

    @admin.display(description=_("status"))
    def status(self, video: Video) -> str:
        """Return the status in words and colour."""
        return shown.status_chip(video)

    @admin.display(description=_("step"))
    def step(self, video: Video) -> str:
        """Return the newest step of the run that is shown."""
        extraction = video.shown()
        return extraction.step if extraction else ""

    @admin.display(description=_("progress"))
    def progress(self, video: Video) -> str:
        """Return how far the run is."""
        return shown.progress_of(video.shown())

    @admin.display(description=_("size"), ordering="source_bytes")
    def size(self, video: Video) -> str:
        """Return the size in words."""
        return size_in_words(video.source_bytes)

    @admin.display(description=_("duration"))
    def duration(self, video: Video) -> str:
        """Return how long it plays."""
        return shown.duration_of(video.shown())

    @admin.display(description=_("frames"))
    def frames(self, video: Video) -> Any:
        """Return how many frames the result has."""
        return shown.result_of(video.shown(), "frames")

    @admin.display(description=_("runs"))
    def runs(self, video: Video) -> int:
        """Return how often its newest extraction was wished for."""
        extraction = video.shown()
        return extraction.run if extraction else 0

    @admin.display(description=_("last code"))
    def last_code(self, video: Video) -> str:
        """Return the code of the refusal, or of the run that is shown."""
        return shown.error_code_of(video) or shown.error_code_of(video.shown())

    @admin.display(description=_("timeline"))
    def timeline(self, video: Video) -> str:
        """Return a link to what happened, step by step."""
        extraction = video.shown()
        return link_to("orchestration.saga", extraction.pk, _("Timeline")) if extraction else ""

    @admin.display(description=_("messages"))
    def messages(self, video: Video) -> str:
        """Return the links to the messages about the extraction that is shown."""
        extraction = video.shown()
        return conversation("pk")(extraction) if extraction else ""
