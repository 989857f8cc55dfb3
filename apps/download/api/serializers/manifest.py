"""What manifest.json says; docs/reference/the-zip.md explains each field.

These describe an object of the store, which is sent as it lies there.
"""

from typing import Any

from rest_framework import serializers

from apps.download.api.serializers.frame import SHA256
from frameflow.contracts.options import ImageFormat, Mode


def _text() -> serializers.CharField:
    return serializers.CharField()


def _whole(*, minimum: int = 0, null: bool = False) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=minimum, allow_null=null)


def _seconds(*, null: bool = False) -> serializers.FloatField:
    return serializers.FloatField(allow_null=null)


class ManifestVideoSerializer(serializers.Serializer[Any]):
    """The video: width and height as stored, before it is turned upright."""

    name = _text()
    bytes = _whole()
    sha256 = serializers.RegexField(SHA256)
    duration_s = _seconds()
    width = _whole(minimum=1)
    height = _whole(minimum=1)
    container = _text()
    codec = _text()
    pixel_format = _text()
    avg_frame_rate = serializers.FloatField(allow_null=True, help_text="Frames in a second.")
    variable_frame_rate = serializers.BooleanField()
    rotation = serializers.IntegerField(help_text="Degrees clockwise.")
    mirrored = serializers.BooleanField()
    sample_aspect_ratio = serializers.FloatField()
    interlaced = serializers.BooleanField()
    color_space = _text()
    color_range = _text()
    color_transfer = _text()
    color_primaries = _text()
    color_peak_nits = _whole(minimum=1, null=True)


class ManifestOptionsSerializer(serializers.Serializer[Any]):
    """What was asked for."""

    mode = serializers.ChoiceField(choices=[each.value for each in Mode])
    interval_s = _seconds()
    count = _whole(minimum=1, null=True)
    timestamps_s = serializers.ListField(child=_seconds())
    every_nth = _whole(minimum=1, null=True)
    start_s = _seconds(null=True)
    end_s = _seconds(null=True)
    distinct = serializers.BooleanField()
    max_frames = _whole(minimum=1)
    image_format = serializers.ChoiceField(choices=[each.value for each in ImageFormat])
    quality = serializers.IntegerField(min_value=1, max_value=100)
    max_side_px = _whole(minimum=1, null=True)


class ManifestToolSerializer(serializers.Serializer[Any]):
    """The versions that made it."""

    frameflow = _text()
    av = _text()
    ffmpeg = _text()


class ManifestFrameSerializer(serializers.Serializer[Any]):
    """One image of the ZIP."""

    index = _whole(minimum=1)
    requested_s = _seconds()
    pts_s = _seconds()
    file = _text()
    width = _whole(minimum=1)
    height = _whole(minimum=1)
    bytes = _whole()
    sha256 = serializers.RegexField(SHA256)


class ManifestWarningSerializer(serializers.Serializer[Any]):
    """What is missing or doubtful in a result that is still good."""

    code = _text()
    detail = _text()
    from_s = _seconds(null=True)
    to_s = _seconds(null=True)


class ManifestSerializer(serializers.Serializer[Any]):
    """What the ZIP says about itself."""

    video = ManifestVideoSerializer()
    options = ManifestOptionsSerializer()
    tool = ManifestToolSerializer()
    frames = ManifestFrameSerializer(many=True)
    skipped = _whole()
    warnings = ManifestWarningSerializer(many=True)
