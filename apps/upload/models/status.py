"""What a person sees of a video: one vocabulary for pages, API and support."""

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.upload.models.extraction import Extraction
from apps.upload.models.video import SHOWN_BEFORE_ACCEPTANCE
from apps.upload.transitions import ExtractionState


class Status(TextChoices):
    """The statuses of the Video document, with what people read."""

    UPLOADING = "uploading", _("Uploading")
    QUEUED = "queued", _("Waiting")
    CHECKING = "checking", _("Checking the video")
    EXTRACTING = "extracting", _("Extracting frames")
    PACKING = "packing", _("Making the ZIP")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLING = "cancelling", _("Cancelling…")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class Group(TextChoices):
    """The statuses as a person sorts them."""

    ALL = "all", _("All")
    IN_PROGRESS = "in_progress", _("In progress")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return the statuses of this group; none of them is left out of `all`."""
        return _MEMBERS.get(self, tuple(Status))


_MEMBERS: dict[str, tuple[Status, ...]] = {
    Group.IN_PROGRESS: (
        Status.UPLOADING,
        Status.QUEUED,
        Status.CHECKING,
        Status.EXTRACTING,
        Status.PACKING,
        Status.CANCELLING,
    ),
    Group.READY: (Status.READY,),
    Group.FAILED: (Status.FAILED,),
}


def status_in_sql() -> Case:
    """Return `Video.status` as an expression, so that a list can be filtered and counted by it."""
    before = [
        When(state=state, then=Value(seen)) for state, seen in SHOWN_BEFORE_ACCEPTANCE.items()
    ]
    of_extraction = Case(
        When(state=ExtractionState.PROCESSING, then=F("step")),
        When(~Q(published_run=F("run")), state=ExtractionState.READY, then=Value("packing")),
        default=F("state"),
        output_field=CharField(),
    )
    shown = (
        Extraction.objects.filter(video=OuterRef("pk"))
        .annotate(is_expired=Q(state=ExtractionState.EXPIRED), seen=of_extraction)
        .order_by("is_expired", "-extraction_no")
    )
    queued = Coalesce(Subquery(shown.values("seen")[:1]), Value("queued"))
    return Case(*before, default=queued, output_field=CharField())
