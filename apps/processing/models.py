"""The work of one extraction, and the frames that it gave."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now

from apps.processing.transitions import Job, JobState, Reaction
from frameflow.contracts import Options, ids_of, objects_prefix

#: The states of rows; where nothing was heard there is no row.
KEPT = tuple(state for state in JobState if state is not JobState.NONE)
#: Dead objects are removed at once, and again after the grace: a paused worker may write between.
SWEEPS = 2


class ProcessingJob(models.Model):
    """One row per extraction. `fence` counts claims over all runs and never goes back; `tries`
    counts the claims of this run. Every write of a worker is guarded by its fence."""

    extraction_id = models.UUIDField(primary_key=True, editable=False)
    video_id = models.UUIDField()
    owner_id = models.UUIDField()
    extraction_no = models.PositiveIntegerField()
    run = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=16,
        choices=[(each.value, each.value) for each in KEPT],
        default=JobState.DISCARDED.value,
    )
    fence = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    child_deaths = models.PositiveIntegerField(default=0)
    source_key = models.CharField(max_length=512, default="")
    source_bytes = models.BigIntegerField(default=0)
    source_sha256 = models.CharField(max_length=64, default="", db_default="")
    #: What a good run read of the video; None before one.
    source_read_bytes = models.BigIntegerField(null=True)
    options = models.JSONField(default=dict)
    due_at = models.DateTimeField(db_default=Now())
    queued_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    #: When a worker last took or left it; None before.
    worked_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, default="")
    result = models.JSONField(null=True)
    last_error = models.JSONField(null=True)
    steps = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)
    #: When dead objects are to be removed next, and how often yet: a paused worker may write
    #: after the first round.
    sweep_at = models.DateTimeField(null=True)
    sweeps_left = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "processing_job"
        indexes = (
            models.Index("due_at", name="job_due", condition=models.Q(state="queued")),
            models.Index("lease_until", name="job_lease", condition=models.Q(state="running")),
            models.Index(fields=("owner_id", "state"), name="job_of_owner"),
            # Whose turn it is (selectors.py), however many wait.
            models.Index(
                fields=("owner_id", "queued_at", "due_at"),
                name="job_waiting",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=("owner_id", "worked_at"), name="job_worked"),
            models.Index(fields=("video_id",), name="job_of_video"),
            models.Index(fields=("-queued_at", "-extraction_id"), name="job_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.extraction_id} run {self.run}: {self.state} (fence {self.fence})"

    @property
    def prefix(self) -> str:
        """Return where everything of this extraction lies in the store."""
        return objects_prefix(ids_of(self))

    def value(self) -> Job:
        """Return the job as the pure function knows it."""
        return Job(
            **ids_of(self),
            state=JobState(self.state) if self.run else JobState.NONE,
            fence=self.fence,
            tries=self.tries,
            child_deaths=self.child_deaths,
        )

    @property
    def live_fence(self) -> int | None:
        """Return the fence whose objects are named by this row, or None."""
        return self.value().live_fence

    def take(self, reaction: Reaction) -> Self:
        """Take over what the pure function decided; no worker has the job then."""
        if self.state == JobState.RUNNING:
            self.worked_at = Now()
        job = reaction.job
        self.run, self.state, self.lease_until = job.run, job.state, None
        self.tries, self.child_deaths = job.tries, job.child_deaths
        if reaction.why:
            self.last_error = {"code": reaction.why.code, "detail": reaction.why.detail}
        if job.state == JobState.QUEUED:
            self.due_at = Now() + timedelta(seconds=reaction.pause_s)
        if reaction.strands_objects:
            self.sweep_at, self.sweeps_left = Now(), SWEEPS
        return self

    def wished(self) -> Options:
        """Return the options as the contract knows them."""
        return Options.model_validate(self.options)


class Frame(models.Model):
    """One extracted frame of a finished run."""

    job = models.ForeignKey(ProcessingJob, on_delete=models.CASCADE, related_name="frames")
    index = models.PositiveIntegerField()
    requested_ms = models.PositiveBigIntegerField()
    pts_ms = models.PositiveBigIntegerField()
    key = models.CharField(max_length=512)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "frame"
        constraints = (models.UniqueConstraint("job", "index", name="frame_once"),)

    def __str__(self) -> str:
        return f"frame {self.index} of {self.job_id}"
