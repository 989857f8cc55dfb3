"""Links to a result, and the wish for one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.download.forms import DAYS, LONGEST_NAME
from apps.download.models import Share
from frameflow.api.fields import ChoiceField, TextField


class ShareSerializer(serializers.ModelSerializer[Share]):
    """A link that works, without its token."""

    extraction_id = serializers.UUIDField(
        source="archive_id", help_text=_("The one result that it shows.")
    )
    expires_at = serializers.DateTimeField(source="works_until", read_only=True)

    class Meta:
        model = Share
        fields = ("id", "extraction_id", "name", "prefix", "created_at", "expires_at")
        read_only_fields = fields


class MadeShareSerializer(ShareSerializer):
    """A new link with its address, which is shown this one time."""

    url = serializers.URLField(help_text=_("Shown once; whoever has it sees the frames."))

    class Meta:
        model = Share
        fields = (*ShareSerializer.Meta.fields, "url")
        read_only_fields = fields


class NewShareSerializer(serializers.Serializer[Any]):
    """The wish for a link."""

    days = ChoiceField(choices=DAYS, default=7, help_text=_("How long it works."))
    name = TextField(
        max_length=LONGEST_NAME,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("What the page is called. Empty: no name."),
    )
