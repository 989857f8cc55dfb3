"""What can be asked of the list of videos."""

from typing import Any

from rest_framework import serializers

from apps.upload.models import Status
from apps.upload.selectors import NEWEST_FIRST, ORDERINGS


class ListQuery(serializers.Serializer[Any]):
    """Filters and order of the list; whatever is wrong is named."""

    status = serializers.ListField(
        child=serializers.ChoiceField(choices=Status.values),
        required=False,
        help_text="Only videos with one of these statuses; repeatable.",
    )
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=255,
        help_text="A part of the name, an id, or a support code.",
    )
    created_after = serializers.DateTimeField(required=False, help_text="From this moment on.")
    created_before = serializers.DateTimeField(required=False, help_text="Before this moment.")
    ordering = serializers.ChoiceField(
        choices=[f"{sign}{name}" for name in ORDERINGS for sign in ("", "-")],
        default=NEWEST_FIRST,
        help_text="A minus turns the order round.",
    )
    page = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000)
    page_size = serializers.IntegerField(
        required=False, min_value=1, help_text="20 unless asked; more than 100 count as 100."
    )
