"""The file that a person sent."""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Collate, Lower, Now
from django.utils import timezone

from apps.upload.models.extraction import Extraction
from apps.upload.transitions import ExtractionState, VideoState
from apps.upload.transitions import video as table

SWEEPS = 2
SHOWN_BEFORE_ACCEPTANCE = {
    VideoState.UPLOADING: "uploading",
    VideoState.REFUSED: "failed",
    VideoState.EXPIRED: "expired",
}


class Video(models.Model):
    """A video of one owner. A deleted one stays as a tombstone without name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.UUIDField()
    name = models.CharField(max_length=255)
    state = models.CharField(
        max_length=16,
        choices=[(each.value, each.value) for each in VideoState],
        default=VideoState.UPLOADING.value,
    )
    source_key = models.CharField(max_length=512)
    source_type = models.CharField(max_length=64, default="")
    source_bytes = models.BigIntegerField(default=0)
    source_sha256 = models.CharField(max_length=64, default="")
    booked_bytes = models.BigIntegerField(default=0)
    refusal = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    active_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    stored_at = models.DateTimeField(null=True)
    #: When the raw object of a video that is gone is removed next, and how often yet: a writer may
    #: still have been at work the first time.
    sweep_at = models.DateTimeField(null=True)
    sweeps_left = models.PositiveSmallIntegerField(default=0)

    # Of a video that comes in pieces; `length_bytes` is None for any other.
    length_bytes = models.BigIntegerField(null=True)
    offset_bytes = models.BigIntegerField(default=0, db_default=0)
    #: What the sender said of it at first, in the words of tus, and the options in it.
    metadata = models.TextField(default="", db_default="")
    wished = models.JSONField(null=True)
    #: Whoever writes a piece holds the lease, until that moment unless it is renewed.
    lease = models.UUIDField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "video"
        permissions = (
            ("retry_video", "Can try a video again"),
            ("cancel_video", "Can cancel a video"),
            ("extract_again_video", "Can extract a video again"),
        )
        indexes = (
            models.Index(fields=("owner_id", "-created_at"), name="video_of_owner"),
            models.Index(fields=("-created_at", "-id"), name="video_by_age"),
            # Finds names by their beginning, whatever their upper and lower case.
            models.Index(Collate(Lower("name"), "C"), name="video_by_name"),
            models.Index(
                "active_at", name="video_uploading", condition=models.Q(state="uploading")
            ),
        )

    def __str__(self) -> str:
        return f"{self.id}: {self.state}"

    def react(self, happens: table.Input) -> table.Reaction:
        """Return what the table says."""
        accepted = self.stored_at is not None
        return table.react(VideoState(self.state), happens, accepted=accepted)

    def take(self, reaction: table.Reaction) -> Self:
        """Take over what the table said."""
        self.state = reaction.state
        if reaction.strands_source:
            self.sweep(rounds=SWEEPS)
        return self

    def sweep(self, *, rounds: int) -> None:
        """Ask for so many rounds that remove its file."""
        self.sweep_at, self.sweeps_left = Now(), rounds

    @property
    def arrived_percent(self) -> int:
        """Return how much of a video that comes in pieces is here; 0 for any other."""
        return 100 * self.offset_bytes // self.length_bytes if self.length_bytes else 0

    @property
    def has_arrived(self) -> bool:
        return self.offset_bytes == self.length_bytes

    @property
    def is_locked(self) -> bool:
        """Return whether somebody may be writing a piece of it now."""
        return self.locked_until is not None and self.locked_until > timezone.now()

    def by_number(self) -> list[Extraction]:
        """Return the extractions in order, the newest last (uses what was prefetched)."""
        return sorted(self.extractions.all(), key=lambda each: each.extraction_no)

    def shown(self) -> Extraction | None:
        """Return the extraction whose status is the video's: the newest not expired, else the
        newest."""
        extractions = self.by_number()
        live = [each for each in extractions if each.state != ExtractionState.EXPIRED]
        return max(live or extractions, key=lambda each: each.extraction_no, default=None)

    def newest_ready(self) -> Extraction | None:
        """Return the extraction whose result can be downloaded."""
        return next((each for each in reversed(self.by_number()) if each.is_published), None)

    @property
    def status(self) -> str:
        """Return what a person sees: one of the statuses of the Video document."""
        if self.state in SHOWN_BEFORE_ACCEPTANCE:
            return SHOWN_BEFORE_ACCEPTANCE[VideoState(self.state)]
        extraction = self.shown()
        return extraction.status if extraction else "queued"
