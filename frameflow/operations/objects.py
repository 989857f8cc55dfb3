"""Which objects of the store the rows name, over all contexts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from apps.download.models import Archive
from apps.processing.models import Frame, ProcessingJob
from apps.upload.models import Video
from frameflow.storage import StoredObject, store

PARTS_OF_A_RUN = 4  # owner, video, extraction, fence
#: A video in one of these states may have, or come to have, its raw object.
HAS_SOURCE = ("uploading", "stored")
BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Owners:
    """The keys of raw videos, and where everything of a live run lies."""

    sources: frozenset[str]
    runs: frozenset[str]

    @classmethod
    def now(cls) -> Self:
        """Read them from all rows."""
        return cls._of(Video.objects.all(), ProcessingJob.objects.all())

    @classmethod
    def of(cls, keys: Iterable[str]) -> Self:
        """Read them from the rows that alone can name one of these keys."""
        ids = [_ids_in(key) for key in keys]
        return cls._of(
            Video.objects.filter(pk__in={video for video, _ in ids if video}),
            ProcessingJob.objects.filter(
                pk__in={extraction for _, extraction in ids if extraction}
            ),
        )

    @classmethod
    def _of(cls, videos: "QuerySet[Video]", jobs: "QuerySet[ProcessingJob]") -> Self:
        live = jobs.filter(state__in=("running", "done"))
        kept = videos.filter(state__in=HAS_SOURCE)
        return cls(
            sources=frozenset(kept.values_list("source_key", flat=True)),
            runs=frozenset(f"{job.prefix}{job.live_fence}" for job in live.iterator()),
        )

    def own(self, key: str) -> bool:
        """Return whether a row names this object, or the run that it belongs to."""
        return key in self.sources or run_of(key) in self.runs


def run_of(key: str) -> str:
    """Return the beginning of a key up to its fence: what one claim wrote shares it."""
    return "/".join(key.split("/")[:PARTS_OF_A_RUN])


def orphans() -> Iterator[StoredObject]:
    """Yield the objects that no row names or may come to name, and that are older than the grace.

    A row is always there before its objects, and a raw video or a fence that is dead never lives
    again. So the rows are read after the store: what no row names then, no row ever will.
    """
    young = timezone.now() - timedelta(seconds=settings.GARBAGE_GRACE_S)
    old = (found for found in store().list("") if found.modified_at < young)
    while batch := list(islice(old, BATCH)):
        owners = Owners.of(found.key for found in batch)
        yield from (found for found in batch if not owners.own(found.key))


def expected_keys() -> set[str]:
    """Return the keys without which a row promises what we do not have."""
    keys = set(Video.objects.filter(state="stored").values_list("source_key", flat=True))
    for archive in Archive.objects.filter(state="ready"):
        keys |= {archive.zip_key, archive.manifest_key, archive.manifest_csv_key}
    return keys | set(Frame.objects.filter(job__state="done").values_list("key", flat=True))


def extraction_in(key: str) -> UUID | None:
    """Return the extraction that a key or a prefix speaks of, None where it is nobody's."""
    return _ids_in(key)[1]


def _ids_in(key: str) -> tuple[UUID | None, UUID | None]:
    """Return the video and the extraction that a key speaks of, None where it does not."""
    parts = [*key.split("/"), "", "", ""]
    return _uuid(parts[1]), _uuid(parts[2])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
