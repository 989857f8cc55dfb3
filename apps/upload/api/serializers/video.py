"""The Video document: the same in every answer (docs/reference/api.md)."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.upload.api.documents import video_document
from apps.upload.api.serializers.options import OptionsSerializer
from apps.upload.models import Status, Video


class VideoProgressSerializer(serializers.Serializer[Any]):
    """How far the newest extraction is."""

    percent = serializers.IntegerField(min_value=0, max_value=100)
    frames_done = serializers.IntegerField(min_value=0)
    frames_total = serializers.IntegerField(min_value=0, allow_null=True)
    eta_s = serializers.FloatField(min_value=0, allow_null=True)
    queue_position = serializers.IntegerField(
        allow_null=True, help_text="How many come before; null beyond the first 50."
    )


class VideoResultSerializer(serializers.Serializer[Any]):
    """What the newest ready extraction left."""

    extraction_id = serializers.UUIDField()
    frames = serializers.IntegerField(min_value=0)
    zip_bytes = serializers.IntegerField(min_value=0)
    zip_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    expires_at = serializers.DateTimeField(allow_null=True)


class VideoErrorSerializer(serializers.Serializer[Any]):
    """Why the newest extraction failed, in people's words."""

    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    action = serializers.CharField()
    retryable = serializers.BooleanField()
    support_code = serializers.CharField()


class VideoWarningSerializer(serializers.Serializer[Any]):
    """What is missing or doubtful in a result that is still good."""

    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    from_ms = serializers.IntegerField(allow_null=True)
    to_ms = serializers.IntegerField(allow_null=True)


def _links() -> type[serializers.Serializer[Any]]:
    """`self` is no name for an attribute of a class in Python."""
    names = ("self", "zip", "frames", "manifest", "timeline", "events", "cancel", "retry")
    fields = {name: serializers.URLField() for name in names}
    return type(
        "VideoLinksSerializer", (serializers.Serializer,), {"__doc__": "Where to go.", **fields}
    )


VideoLinksSerializer = _links()


class VideoSerializer(serializers.Serializer[Video]):
    """A video and its newest extraction."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.values)
    status_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    size_bytes = serializers.IntegerField(min_value=0)
    duration_s = serializers.FloatField(min_value=0, allow_null=True)
    options = OptionsSerializer()
    run = serializers.IntegerField(min_value=1, allow_null=True)
    progress = VideoProgressSerializer()
    result = VideoResultSerializer(allow_null=True)
    error = VideoErrorSerializer(allow_null=True)
    warnings = VideoWarningSerializer(many=True)
    links = VideoLinksSerializer()

    def to_representation(self, instance: Video) -> dict[str, Any]:
        """Return the document of a video."""
        document = video_document(instance, self.context["request"])
        return super().to_representation(document)  # type: ignore[arg-type]


@extend_schema_serializer(many=False)  # it is the page, not a list of pages
class VideoPageSerializer(serializers.Serializer[Any]):
    """A page of the list."""

    count = serializers.IntegerField(min_value=0)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = VideoSerializer(many=True)
