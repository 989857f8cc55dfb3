"""One wish for frames from a video, as upload knows it."""

import uuid

from django.db import models
from django.db.models.functions import Now

from apps.upload.transitions import ExtractionState, Wish
from apps.upload.transitions import extraction as table
from frameflow.contracts import ExtractionEnded, Options, Step

AT_WORK = (ExtractionState.PROCESSING, ExtractionState.CANCELLING)


class Extraction(models.Model):
    """An extraction with its run, its newest progress, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    video = models.ForeignKey("upload.Video", on_delete=models.CASCADE, related_name="extractions")
    extraction_no = models.PositiveIntegerField()
    run = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=16,
        choices=[(each.value, each.value) for each in ExtractionState],
        default=ExtractionState.PROCESSING.value,
    )
    options = models.JSONField()
    requested_at = models.DateTimeField(db_default=Now())  # the present run, not the first
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    warnings = models.JSONField(default=list)
    #: How long each step of the run took: see `contracts.Steps`.
    steps = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    #: The run whose Archive was published; a person sees `ready` from then on.
    published_run = models.PositiveIntegerField(default=0)
    booked_bytes = models.BigIntegerField(default=0)

    # The newest progress by (run, fence, step): may be lost, nothing depends on it.
    progress_fence = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=16, default=Step.QUEUED.value)
    percent = models.PositiveSmallIntegerField(default=0)
    frames_done = models.PositiveIntegerField(default=0)
    frames_total = models.PositiveIntegerField(null=True)
    eta_ms = models.PositiveBigIntegerField(null=True)
    queue_position = models.PositiveIntegerField(null=True)
    progressed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "extraction"
        constraints = (
            models.UniqueConstraint("video", "extraction_no", name="extraction_no_once"),
        )
        indexes = (
            models.Index(fields=("-requested_at", "-id"), name="extraction_by_age"),
            models.Index(fields=("state", "step"), name="extraction_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.id} run {self.run}: {self.state}"

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_published(self) -> bool:
        return self.state == ExtractionState.READY and self.published_run == self.run

    @property
    def status(self) -> str:
        """Return what a person sees."""
        if self.state == ExtractionState.PROCESSING:
            return self.step
        if self.state == ExtractionState.READY and not self.is_published:
            return str(Step.PACKING)
        return self.state

    def react(self, heard: Wish | ExtractionEnded) -> table.Reaction:
        """Return what the table says."""
        return table.react(ExtractionState(self.state), self.run, heard)

    def wished(self) -> Options:
        """Return the options as the contract knows them."""
        return Options.model_validate(self.options)

    def forget_progress(self) -> None:
        """Begin a run: nothing is known of it yet."""
        self.progress_fence = self.percent = self.frames_done = 0
        self.step = Step.QUEUED
        self.frames_total = self.eta_ms = self.queue_position = None
        self.progressed_at = self.ended_at = self.expires_at = None
        self.result = self.error = None
        self.warnings, self.steps = [], []
        self.requested_at = Now()
