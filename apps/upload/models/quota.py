"""How much space a person uses."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now


class Quota(models.Model):
    """One row per owner: `used_bytes` equals the sum of what the live rows have booked."""

    owner_id = models.UUIDField(primary_key=True, editable=False)
    used_bytes = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    #: Since when a closed account has no video left; None before.
    emptied_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "quota"
        indexes = (
            models.Index(fields=("-used_bytes", "-owner_id"), name="quota_by_size"),
            models.Index(
                fields=("closed_at",),
                name="quota_to_empty",
                condition=models.Q(closed_at__isnull=False, emptied_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.used_bytes} bytes"

    @classmethod
    def locked(cls, owner_id: object) -> "Quota":
        """Return the owner's row, locked until the transaction ends; made where missing."""
        return cls.objects.select_for_update().get_or_create(owner_id=owner_id)[0]

    @classmethod
    def book(cls, owner_id: object, more_bytes: int) -> None:
        """Add to what the owner uses; negative to give back."""
        if more_bytes:
            cls.objects.filter(owner_id=owner_id).update(used_bytes=F("used_bytes") + more_bytes)
