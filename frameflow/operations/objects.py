"""Which objects of the store the rows name, over all contexts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.utils import timezone

from apps.download.models import Archive
from apps.processing.models import Frame, ProcessingJob
from apps.upload.models import Video
from frameflow.storage import StoredObject, store

PARTS_OF_A_RUN = 4  # owner, video, extraction, fence


@dataclass(frozen=True, kw_only=True)
class Owners:
    """The keys of raw videos, and where everything of a live run lies."""

    sources: frozenset[str]
    runs: frozenset[str]

    @classmethod
    def now(cls) -> Self:
        """Read them from the rows."""
        live = ProcessingJob.objects.filter(state__in=("running", "done"))
        return cls(
            sources=frozenset(Video.objects.values_list("source_key", flat=True)),
            runs=frozenset(f"{job.prefix}{job.live_fence}" for job in live),
        )

    def own(self, key: str) -> bool:
        """Return whether a row names this object, or the run that it belongs to."""
        return key in self.sources or "/".join(key.split("/")[:PARTS_OF_A_RUN]) in self.runs


def orphans() -> Iterator[StoredObject]:
    """Yield the objects that no row names and that are older than the grace."""
    owners = Owners.now()
    young = timezone.now() - timedelta(seconds=settings.GARBAGE_GRACE_S)
    for found in store().list(""):
        if found.modified_at < young and not owners.own(found.key):
            yield found


def expected_keys() -> set[str]:
    """Return the keys without which a row promises what we do not have."""
    keys = set(Video.objects.filter(state="stored").values_list("source_key", flat=True))
    for archive in Archive.objects.filter(state="ready"):
        keys |= {archive.zip_key, archive.manifest_key, archive.manifest_csv_key}
    return keys | set(Frame.objects.filter(job__state="done").values_list("key", flat=True))
