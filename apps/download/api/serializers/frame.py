"""Frames as JSON; what is not known yet of one is null."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from apps.download.selectors import Frame

SHA256 = r"^[0-9a-f]{64}$"


class FrameLinksSerializer(serializers.Serializer[Frame]):
    """Where to go from a frame."""

    ROUTES = {"self": "frame", "image": "frame-image", "thumb": "frame-thumb"}

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; `self` is no name for an attribute of a class in Python."""
        return {name: serializers.URLField() for name in self.ROUTES}

    def to_representation(self, instance: Frame) -> dict[str, str]:
        """Return the addresses; the context knows the request and the video's id."""
        where = {"video_id": self.context["video_id"], "index": instance.index}
        request = self.context["request"]
        return {
            name: reverse(route, kwargs=where, request=request)
            for name, route in self.ROUTES.items()
        }


class FrameSerializer(serializers.Serializer[Frame]):
    """One frame. Times are seconds from the start of the presentation."""

    index = serializers.IntegerField(min_value=1)
    requested_s = serializers.FloatField(allow_null=True, help_text="The moment asked for.")
    pts_s = serializers.FloatField(allow_null=True, help_text="The moment of the frame given.")
    file = serializers.CharField(allow_null=True, help_text="Its name in the ZIP.")
    width = serializers.IntegerField(min_value=1, allow_null=True)
    height = serializers.IntegerField(min_value=1, allow_null=True)
    bytes = serializers.IntegerField(min_value=0, allow_null=True, source="size_bytes")
    sha256 = serializers.RegexField(SHA256, allow_null=True)
    links = FrameLinksSerializer(source="*")


class FramePageSerializer(serializers.Serializer[Any]):
    """A page of the frames in order of time; `next` and `previous` lead to the others."""

    count = serializers.IntegerField(min_value=0, help_text="Of all pages together.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FrameSerializer(many=True)
