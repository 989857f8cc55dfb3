"""One outbox and one inbox in every schema."""

from django.db import models
from django.db.models.functions import Now

from frameflow.contracts import Envelope


class OutboxMessage(models.Model):
    """A message that its producer keeps until every consumer has acknowledged it."""

    id = models.UUIDField(primary_key=True, editable=False)
    type = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    correlation_id = models.UUIDField(db_index=True)
    causation_id = models.UUIDField(null=True)
    producer = models.CharField(max_length=32)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_message"
        permissions = (("resend_outboxmessage", "Can send a message again"),)
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="outbox_by_age"),
            models.Index(
                "next_attempt_at", name="outbox_due", condition=models.Q(done_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    def envelope(self) -> Envelope:
        """Return the message as it travels."""
        return Envelope(
            message_id=self.id,
            type=self.type,
            version=self.version,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            occurred_at=self.occurred_at,
            producer=self.producer,
            payload=self.payload,
        )


class OutboxDelivery(models.Model):
    """One consumer's acknowledgement, awaited or given."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="deliveries")
    consumer = models.CharField(max_length=32)
    acked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_delivery"
        verbose_name_plural = "outbox deliveries"
        constraints = (models.UniqueConstraint("message", "consumer", name="outbox_delivery_once"),)
        indexes = (
            models.Index("id", name="delivery_open", condition=models.Q(acked_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.message_id} to {self.consumer}"


class InboxMessage(models.Model):
    """A message that was heard: handled once, or kept with its error until it succeeds."""

    message_id = models.UUIDField()
    consumer = models.CharField(max_length=32)
    type = models.CharField(max_length=64)
    correlation_id = models.UUIDField(db_index=True)
    received_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")
    #: The event logged where this message could not be, by the tables of its hearer; else empty.
    alarm = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        db_table = "inbox_message"
        constraints = (
            models.UniqueConstraint("consumer", "message_id", name="inbox_message_once"),
        )
        indexes = (
            models.Index(fields=("-received_at", "-id"), name="inbox_by_age"),
            models.Index(fields=("message_id",), name="inbox_by_message"),
            models.Index(
                models.F("received_at").desc(),
                name="inbox_open",
                condition=models.Q(handled_at__isnull=True),
            ),
            models.Index("id", name="inbox_alarm", condition=~models.Q(alarm="")),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} at {self.consumer}"
