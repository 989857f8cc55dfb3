"""The saga of each extraction, and its history."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from apps.orchestration.saga import Saga as SagaValue
from apps.orchestration.saga import State


class Saga(models.Model):
    """One saga per extraction; rows stay for ever, as tombstones that hold ids only."""

    extraction_id = models.UUIDField(primary_key=True, editable=False)
    video_id = models.UUIDField(db_index=True)
    owner_id = models.UUIDField(db_index=True)
    extraction_no = models.PositiveIntegerField()
    run = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=16,
        choices=[(each.value, each.value) for each in State],
        default=State.NONE.value,
    )
    timer_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "saga"
        indexes = (
            models.Index("timer_at", name="saga_timer", condition=models.Q(timer_at__isnull=False)),
            models.Index(fields=("-created_at", "-extraction_id"), name="saga_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.extraction_id} run {self.run}: {self.state}"

    def value(self) -> SagaValue:
        """Return the saga as the pure function knows it."""
        return SagaValue(
            extraction_id=self.extraction_id,
            video_id=self.video_id,
            owner_id=self.owner_id,
            extraction_no=self.extraction_no,
            run=self.run,
            state=State(self.state),
            timer_at=self.timer_at,
            expires_at=self.expires_at,
        )

    @property
    def steps_of_last_run(self) -> list[dict[str, Any]]:
        """Return `contracts.Steps` as JSON, of the newest run that ended with any."""
        reported = [change.steps for change in self.history.all() if change.steps]
        return reported[-1] if reported else []

    def take(self, value: SagaValue) -> Self:
        """Take over what the pure function decided."""
        for name in ("run", "state", "timer_at", "expires_at"):
            setattr(self, name, getattr(value, name))
        return self


class SagaStep(models.Model):
    """One line of the history: what was heard, what it changed, and why."""

    saga = models.ForeignKey(Saga, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(db_default=Now())
    heard = models.CharField(max_length=64)
    run = models.PositiveIntegerField()
    from_state = models.CharField(max_length=16)
    to_state = models.CharField(max_length=16)
    cause = models.CharField(max_length=40, default="")
    #: The steps of the run as processing reported them: see `contracts.Steps`.
    steps = models.JSONField(default=list)

    class Meta:
        db_table = "saga_step"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.heard}: {self.from_state} to {self.to_state}"
