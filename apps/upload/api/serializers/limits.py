"""What can be sent at all."""

from typing import Any

from rest_framework import serializers


class LimitsSerializer(serializers.Serializer[Any]):
    """The operator's limits, and what the person who asks has of them."""

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
    max_runs_at_work = serializers.IntegerField(
        help_text="How many of your videos may arrive, wait and be worked on at once."
    )
    runs_at_work = serializers.IntegerField(allow_null=True, help_text="Null where nobody asks.")
    retention_days = serializers.IntegerField(
        allow_null=True, help_text="Days from the last download; null: nothing expires."
    )
