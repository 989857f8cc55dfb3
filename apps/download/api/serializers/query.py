"""What can be asked of frames and manifest; whatever is wrong is named."""

import math
from typing import Any

from rest_framework import serializers

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
CURSOR = r"^(after|before)-[0-9]{1,9}$"


class SecondsField(serializers.FloatField):
    """A moment: neither infinite nor no number at all."""

    def to_internal_value(self, data: Any) -> float:
        """Return the seconds; refuses what is none."""
        seconds = super().to_internal_value(data)
        if not math.isfinite(seconds):
            self.fail("invalid")
        return seconds


class FramesQuery(serializers.Serializer[Any]):
    """Which frames are wanted."""

    t__gte = SecondsField(required=False, help_text="From this second on.")
    t__lt = SecondsField(required=False, help_text="Before this second.")
    cursor = serializers.RegexField(
        CURSOR, default="after-0", help_text="Use the links `next` and `previous` of a page."
    )
    page_size = serializers.IntegerField(
        default=PAGE_SIZE,
        min_value=1,
        help_text=f"More than {MAX_PAGE_SIZE} count as {MAX_PAGE_SIZE}.",
    )


class ManifestQuery(serializers.Serializer[Any]):
    """Which form of the manifest is wanted."""

    format = serializers.ChoiceField(choices=("json", "csv"), default="json")
