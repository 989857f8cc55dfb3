"""An upload that can be resumed."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from apps.upload.api.tus import expires_at
from apps.upload.models import Video, VideoState


class ArrivingSerializer(serializers.Serializer[Video]):
    """Where an upload stands."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    offset_bytes = serializers.IntegerField(min_value=0, help_text="So many bytes are here.")
    length_bytes = serializers.IntegerField(min_value=1)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="It ends then unless more comes; null once all is here."
    )
    video = serializers.URLField(help_text="The video that it becomes.")

    def to_representation(self, instance: Video) -> dict[str, Any]:
        """Return the document of an upload."""
        names = ("id", "name", "offset_bytes", "length_bytes")
        found: dict[str, Any] = {name: getattr(instance, name) for name in names}
        is_open = instance.state == VideoState.UPLOADING and not instance.has_arrived
        found["expires_at"] = expires_at(instance) if is_open else None
        found["video"] = reverse(
            "video-detail", kwargs={"pk": instance.pk}, request=self.context["request"]
        )
        return super().to_representation(found)  # type: ignore[arg-type]
