"""The answer to a request that carried an Idempotency-Key."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

#: So long a key means the same request.
KEPT_FOR = timedelta(hours=24)


class KeptAnswer(models.Model):
    """One row per owner and key: under way until there is a status, then the answer to repeat."""

    owner_id = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, default="")
    status = models.PositiveSmallIntegerField(null=True)
    document = models.JSONField(null=True)
    location = models.CharField(max_length=500, default="")
    #: With the video goes what was said of it.
    video_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    alive_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "kept_answer"
        constraints = (models.UniqueConstraint("owner_id", "key", name="kept_answer_once"),)
        indexes = (
            models.Index(fields=("created_at",), name="kept_answer_by_age"),
            models.Index(fields=("video_id",), name="kept_answer_of_video"),
        )

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.status or 'under way'}"

    @property
    def is_answered(self) -> bool:
        return self.status is not None
