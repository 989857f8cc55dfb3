"""What the endpoints take."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.upload.api.serializers.options import OptionsSerializer
from frameflow.api.fields import TextField


class UploadSerializer(OptionsSerializer):
    """A video, and the options of its first extraction."""

    file = serializers.FileField(help_text=_("The video."))


class RenameSerializer(serializers.Serializer[Any]):
    """Another name."""

    name = TextField(max_length=255, help_text=_("The new name."))


class RetrySerializer(serializers.Serializer[Any]):
    """The run that failed, so that a repeated wish changes nothing."""

    run = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2_147_483_647,
        help_text=_("The run that is answered; empty: the newest."),
    )


class NothingSerializer(serializers.Serializer[Any]):
    """No field: the address says it all."""
