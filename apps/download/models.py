"""The Archive of each extraction, and the links that show it to others."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now

from apps.download.archive import Reaction, State
from frameflow.contracts import ImageFormat, Result, ids_of, objects_prefix


class Archive(models.Model):
    """One per extraction. A row that is gone or deleted stays as a tombstone of ids."""

    extraction_id = models.UUIDField(primary_key=True, editable=False)
    video_id = models.UUIDField()
    owner_id = models.UUIDField()
    extraction_no = models.PositiveIntegerField()
    run = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=16, choices=[(each.value, each.value) for each in State], default=State.NONE
    )
    #: How the run ended, where it is gone: failed, cancelled or expired.
    outcome = models.CharField(max_length=16, default="")
    image_format = models.CharField(max_length=8, default=ImageFormat.JPG.value)

    zip_key = models.CharField(max_length=512, default="")
    zip_bytes = models.BigIntegerField(default=0)
    zip_sha256 = models.CharField(max_length=64, default="")
    manifest_key = models.CharField(max_length=512, default="")
    frames_prefix = models.CharField(max_length=512, default="")
    frames = models.PositiveIntegerField(default=0)

    # What was said while extracting: may be lost, and no state depends on it.
    progress_fence = models.PositiveIntegerField(default=0)
    progress_prefix = models.CharField(max_length=512, default="")
    frames_done = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "archive"
        indexes = (
            models.Index(fields=("video_id", "-extraction_no"), name="archive_of_video"),
            models.Index(fields=("owner_id",), name="archive_of_owner"),
            models.Index(fields=("-created_at", "-extraction_id"), name="archive_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.extraction_id} run {self.run}: {self.state}"

    def move(self, reaction: Reaction, outcome: str = "") -> None:
        """Take over a state and run; what was known of the files before is forgotten."""
        self.state, self.run, self.outcome = reaction.state, reaction.run, outcome
        for name in ("zip_key", "zip_sha256", "manifest_key", "frames_prefix", "progress_prefix"):
            setattr(self, name, "")
        self.zip_bytes = self.frames = self.progress_fence = self.frames_done = 0
        self.ready_at = self.expires_at = self.extended_at = None

    def take_result(self, result: Result) -> None:
        """Remember where the files of a good run lie."""
        self.zip_key, self.zip_bytes = result.zip_key, result.zip_bytes
        self.zip_sha256, self.manifest_key = result.zip_sha256, result.manifest_key
        self.frames_prefix, self.frames = result.frames_prefix, result.frames

    @property
    def prefix(self) -> str:
        """Return where everything of this extraction lies in the store, and nothing of another."""
        return objects_prefix(ids_of(self))

    @property
    def manifest_csv_key(self) -> str:
        """Return the key of the same manifest as CSV."""
        return self.manifest_key.removesuffix("json") + "csv"

    @property
    def status(self) -> str:
        """Return what a person may know where nothing is ready."""
        return self.outcome if self.state == State.GONE else "processing"


class Share(models.Model):
    """A link to one Archive, for whoever has it. Only a digest of its token is kept, so that
    nobody who reads the table can open it; gone when it is stopped or its Archive is."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="shares")
    #: What the page is called: the sender's word, for upload alone knows the video's name.
    name = models.CharField(max_length=255, blank=True, default="")
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "share"
        indexes = (models.Index(fields=("expires_at",), name="share_by_end"),)

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def works_until(self) -> datetime:
        """Return when it ends by itself: with the files at the latest, unless they live longer."""
        return min(filter(None, (self.expires_at, self.archive.expires_at)))
