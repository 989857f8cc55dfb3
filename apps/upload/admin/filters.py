"""Which videos and extractions a list shows. The queries are made for a hundred thousand rows."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from apps.upload.exceptions import FAILURES
from apps.upload.models import Extraction, ExtractionState, Status, Video, VideoState
from apps.upload.models.extraction import AT_WORK
from apps.upload.models.video import SHOWN_BEFORE_ACCEPTANCE
from frameflow.contracts import Step
from frameflow.site import Filter

STUCK_AFTER = timedelta(minutes=5)
MB = 1_000_000
# Not `=`, which is as true here: of a comparison the planner expects many rows, of an equality few.
PUBLISHED = Q(state=ExtractionState.READY, published_run__gte=F("run"))
UNPUBLISHED = Q(state=ExtractionState.READY, published_run__lt=F("run"))


def extractions_with(status: str) -> Q:
    """Return which extractions a person sees in a status."""
    if status == ExtractionState.READY:
        return PUBLISHED
    if status in set(Step):
        at_step = Q(state=ExtractionState.PROCESSING, step=status)
        return at_step | UNPUBLISHED if status == Step.PACKING else at_step
    return Q(state=status)


def videos_with(status: str) -> Q:
    """Return which videos a person sees in a status: by the newest extraction not expired.

    The same as `status_in_sql() == status`, from the side of the extractions: their index by state
    finds the few, where the expression would be computed for every video.
    """
    if status == VideoState.DELETED:
        return Q(state=status)
    before = [state for state, shown in SHOWN_BEFORE_ACCEPTANCE.items() if shown == status]
    if status == ExtractionState.EXPIRED:  # the video's own state says it when all of them are
        return Q(state__in=before)
    newer = Extraction.objects.filter(
        video=OuterRef("video"), extraction_no__gt=OuterRef("extraction_no")
    )
    shown = Extraction.objects.filter(
        extractions_with(status), ~Exists(newer.exclude(state=ExtractionState.EXPIRED))
    )
    return Q(state__in=before) | Q(state=VideoState.STORED, pk__in=shown.values("video_id"))


def stuck_extractions() -> Q:
    """Return what is at work and said nothing for five minutes."""
    heard_long_ago = Q(heard__lt=Now() - STUCK_AFTER)
    at_work = Extraction.objects.alias(heard=Coalesce("progressed_at", "requested_at"))
    return Q(pk__in=at_work.filter(heard_long_ago, state__in=AT_WORK).values("pk"))


class StatusFilter(Filter):
    """The status as people see it."""

    title = _("status")
    parameter_name = "status"
    options = (*Status.choices, (VideoState.DELETED.value, _("Deleted")))

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        which = videos_with if queryset.model is Video else extractions_with
        return queryset.filter(which(value))


class StuckFilter(Filter):
    """Runs that seem to stand still."""

    title = _("progress")
    parameter_name = "stuck"
    options = (("yes", _("Stuck: no progress for 5 minutes")),)

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if queryset.model is Extraction:
            return queryset.filter(stuck_extractions())
        stuck = Extraction.objects.filter(stuck_extractions())
        return queryset.filter(state=VideoState.STORED, pk__in=stuck.values("video_id"))


class CodeFilter(Filter):
    """The code with which an upload was refused or a run failed."""

    title = _("error code")
    parameter_name = "code"
    options = tuple((code, code) for code in FAILURES)

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        failed = Extraction.objects.filter(state=ExtractionState.FAILED, error__code=value)
        if queryset.model is Extraction:
            return queryset.filter(pk__in=failed.values("pk"))
        refused = Q(state=VideoState.REFUSED, refusal__code=value)
        return queryset.filter(refused | Q(pk__in=failed.values("video_id")))


class SizeFilter(Filter):
    """How large the file is."""

    title = _("size")
    parameter_name = "size"
    options = (
        ("s", _("Below 10 MB")),
        ("m", _("10 to 50 MB")),
        ("l", _("50 to 100 MB")),
        ("xl", _("100 MB and more")),
    )
    bands = {"s": (0, 10), "m": (10, 50), "l": (50, 100), "xl": (100, 1_000_000)}

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        low, high = self.bands[value]
        return queryset.filter(source_bytes__gte=low * MB, source_bytes__lt=high * MB)


def since(moment: str) -> type[Filter]:
    """Return a filter on the age of a row, by the column of its beginning."""

    class AgeFilter(Filter):
        title = _("created")
        parameter_name = "age"
        options = (
            ("hour", _("In the last hour")),
            ("day", _("In the last 24 hours")),
            ("week", _("In the last 7 days")),
            ("month", _("In the last 30 days")),
        )
        hours = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}

        def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
            age = timedelta(hours=self.hours[value])
            return queryset.filter(**{f"{moment}__gte": Now() - age})

    return AgeFilter
