"""What can be sent at all."""

from typing import Any

from rest_framework import serializers


class LimitsSerializer(serializers.Serializer[Any]):
    """The operator's limits, and how much of the space the person who asks uses."""

    max_upload_bytes = serializers.IntegerField()
    quota_bytes = serializers.IntegerField()
    used_bytes = serializers.IntegerField(allow_null=True, help_text="Null where nobody asks.")
    max_duration_s = serializers.IntegerField()
    max_frames = serializers.IntegerField()
    frame_interval_s = serializers.FloatField(help_text="Seconds between frames unless asked.")
    min_interval_s = serializers.FloatField()
    max_interval_s = serializers.FloatField()
    extensions = serializers.ListField(child=serializers.CharField())
    max_active_uploads = serializers.IntegerField()
    retention_days = serializers.IntegerField(
        allow_null=True, help_text="Days from the last download; null: nothing expires."
    )
