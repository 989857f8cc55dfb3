"""Reads of upload; they never write."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    DurationField,
    Exists,
    F,
    Max,
    OrderBy,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce, Lower, Now

from apps.upload.exceptions import VideoNotFound
from apps.upload.models import (
    Extraction,
    Group,
    KeptAnswer,
    Quota,
    Video,
    VideoState,
    status_in_sql,
)
from apps.upload.models.extraction import AT_WORK
from frameflow.api.gauges import Gauge, age_s, count

_EXTRACTIONS = Prefetch("extractions", queryset=Extraction.objects.order_by("extraction_no"))
#: What a list can be sorted by.
ORDERINGS: dict[str, F | Lower] = {
    "created_at": F("created_at"),
    "name": Lower("name"),
    "size_bytes": F("source_bytes"),
}
NEWEST_FIRST = "-created_at"
_OF_VIDEO = (
    "id", "name", "state", "source_type", "source_bytes", "source_sha256", "refusal", "created_at",
    "stored_at", "length_bytes", "offset_bytes", "metadata", "wished",
)  # fmt: skip
_OF_WISH = (
    "id", "video_id", "extraction_no", "run", "state", "options", "requested_at", "ended_at",
    "expires_at", "result", "error", "warnings",
)  # fmt: skip
#: An id, its first eight digits, or a support code, which ends with them.
_ID = re.compile(
    r"(?:[a-z_]{1,40}-)?([0-9a-f]{8})((?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})?", re.IGNORECASE
)


def list_videos(
    *,
    owner_id: UUID,
    statuses: Collection[str] = (),
    search: str = "",
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    ordering: str = NEWEST_FIRST,
) -> QuerySet[Video]:
    """Return an owner's videos with their extractions.

    `search` finds a part of a name, an id, or a support code. From `created_after` on, and before
    `created_before`. `ordering` is a key of `ORDERINGS`, with a minus for the other direction.
    """
    found = _living(owner_id, search)
    if statuses:
        found = found.annotate(seen=status_in_sql()).filter(seen__in=statuses)
    if created_after is not None:
        found = found.filter(created_at__gte=created_after)
    if created_before is not None:
        found = found.filter(created_at__lt=created_before)
    return found.order_by(*_order(ordering)).prefetch_related(_EXTRACTIONS)


def count_by_group(*, owner_id: UUID, search: str = "") -> dict[Group, int]:
    """Return how many videos of an owner each group has, in one query."""
    counts = dict(
        _living(owner_id, search)
        .annotate(seen=status_in_sql())
        .values("seen")
        .order_by()
        .annotate(count=Count("pk"))
        .values_list("seen", "count")
    )
    return {group: sum(counts.get(each, 0) for each in group.statuses) for group in Group}


def get_video(*, video_id: UUID, owner_id: UUID) -> Video:
    """Return an owner's video with its extractions; `VideoNotFound` for any other."""
    video = list_videos(owner_id=owner_id).filter(pk=video_id).first()
    if video is None:
        raise VideoNotFound
    return video


def get_upload(*, video_id: UUID, owner_id: UUID) -> Video:
    """Return an owner's video that comes, or came, in pieces; `VideoNotFound` for any other."""
    found = _living(owner_id, "").filter(pk=video_id, length_bytes__gt=0).first()
    if found is None:
        raise VideoNotFound
    return found


def list_arrived() -> QuerySet[Video]:
    """Return the videos that are wholly here in pieces, and not yet one object."""
    return Video.objects.filter(state=VideoState.UPLOADING, offset_bytes=F("length_bytes"))


def get_stale_write_age_s() -> float:
    """Return how old in seconds a half written object is that belongs to no upload: older than
    each that still goes on, however long it has received nothing."""
    going_on = Video.objects.filter(state=VideoState.UPLOADING)
    age = going_on.aggregate(age=Max(Now() - F("created_at"), output_field=DurationField()))["age"]
    if age is None:
        return float(settings.STALE_WRITE_AFTER_S)
    oldest_s = age.total_seconds() + settings.GARBAGE_GRACE_S  # the store has a clock of its own
    return float(max(settings.STALE_WRITE_AFTER_S, oldest_s))


def get_used_bytes(*, owner_id: UUID) -> int:
    """Return how much space an owner uses."""
    used = Quota.objects.filter(owner_id=owner_id).values_list("used_bytes", flat=True).first()
    return used or 0


def count_runs_at_work(*, owner_id: UUID) -> int:
    """Return how many videos of an owner wait or are worked on, those that still arrive among
    them; at most one extraction of a video is at work."""
    at_work = Q(state=VideoState.STORED, extractions__state__in=AT_WORK)
    mine = Video.objects.filter(owner_id=owner_id)
    return mine.filter(at_work | Q(state=VideoState.UPLOADING)).count()


def list_gauges() -> Iterator[Gauge]:
    """Yield the numbers of this context for `/metrics`."""
    uploading = Video.objects.filter(state=VideoState.UPLOADING)
    at_work = Extraction.objects.filter(state__in=AT_WORK)
    yield Gauge(
        name="frameflow_uploads_under_way",
        meaning="Videos whose bytes still arrive",
        value=count(uploading),
    )
    yield Gauge(
        name="frameflow_upload_longest_silence_seconds",
        meaning="How long nothing has come of the upload that is silent longest",
        value=age_s(uploading, "active_at"),
    )
    yield Gauge(
        name="frameflow_extractions_at_work",
        meaning="Extractions that wait for their verdict",
        value=count(at_work.exclude(video__state=VideoState.DELETED)),
    )


def list_biggest(*, owner_id: UUID, limit: int = 5) -> list[Video]:
    """Return the videos that take most of an owner's space, each with its `total_bytes`."""
    results = Coalesce(Sum("extractions__booked_bytes"), 0, output_field=BigIntegerField())
    living = _living(owner_id, "").annotate(total_bytes=F("booked_bytes") + results)
    return list(living.filter(total_bytes__gt=0).order_by("-total_bytes", "pk")[:limit])


def count_videos(*, owner_id: UUID) -> int:
    """Return how many videos an owner has."""
    return _living(owner_id, "").count()


def personal_data(*, owner_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what upload keeps about a person, table by table."""
    for name, kept in (
        ("space", Quota.objects.filter(owner_id=owner_id).values("used_bytes", "created_at")),
        ("videos", Video.objects.filter(owner_id=owner_id).values(*_OF_VIDEO)),
        ("extractions", Extraction.objects.filter(video__owner_id=owner_id).values(*_OF_WISH)),
        ("answers", KeptAnswer.objects.filter(owner_id=owner_id).values("key", "created_at")),
    ):
        for row in kept.iterator():
            yield name, row


def _living(owner_id: UUID, search: str) -> QuerySet[Video]:
    mine = Video.objects.filter(owner_id=owner_id).exclude(state=VideoState.DELETED)
    return mine.filter(_finds(search.strip())) if search.strip() else mine


def _finds(text: str) -> Q:
    found = Q(name__icontains=text)
    code = _ID.fullmatch(text)
    if code is None:
        return found
    first, rest = code.groups()
    ids = [UUID(first + (rest or digit * 24)) for digit in "0f"]  # one id, or all that begin so
    of_extraction = Extraction.objects.filter(video=OuterRef("pk"), pk__range=ids)
    return found | Q(pk__range=ids) | Q(Exists(of_extraction))


def _order(ordering: str) -> tuple[OrderBy, str]:
    column = ORDERINGS[ordering.removeprefix("-")]
    return (column.desc() if ordering.startswith("-") else column.asc()), "pk"
