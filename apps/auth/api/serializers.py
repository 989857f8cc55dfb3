"""What the auth API takes and gives."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.auth.models import ApiToken, User
from frameflow.api.fields import BooleanField, ChoiceField, EmailField, TextField
from frameflow.pages.zones import zones

MAX_PASSWORD = 256  # hashing time must not be the sender's choice


class PasswordField(TextField):
    """A password: never shown, never trimmed."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=MAX_PASSWORD,
            style={"input_type": "password"},
            **more,
        )


class RegisterSerializer(serializers.Serializer[User]):
    """A new account."""

    email = EmailField(max_length=254)
    password = PasswordField(help_text=_("At least 8 characters, not a common word."))
    name = TextField(max_length=150, required=False, allow_blank=True)
    language = ChoiceField(choices=settings.LANGUAGES, required=False)


class CredentialsSerializer(serializers.Serializer[User]):
    """An account and its password."""

    email = TextField(max_length=254)
    password = PasswordField()


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = TextField(max_length=4096)


class VerifySerializer(serializers.Serializer[Any]):
    """A token of either type."""

    token = TextField(max_length=4096)


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The account of whoever asks."""

    name = TextField(max_length=150, required=False, allow_blank=True)
    language = ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = TextField(
        max_length=64, required=False, help_text=_("A name of the IANA database, or `UTC`.")
    )
    wants_notices = BooleanField(
        required=False, help_text=_("A mail when frames are ready, or could not be made.")
    )
    wants_warnings = BooleanField(
        required=False, help_text=_("A mail three days before files are deleted.")
    )

    class Meta:
        model = User
        fields = (
            "id", "email", "name", "language", "time_zone", "wants_notices",
            "wants_warnings", "is_staff",
            "created_at",
        )  # fmt: skip
        read_only_fields = ("id", "email", "is_staff", "created_at")

    def validate_time_zone(self, value: str) -> str:
        """Refuse a name that is no zone."""
        if value not in zones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value


class CloseAccountSerializer(serializers.Serializer[User]):
    """The wish to close the account, with its password."""

    password = PasswordField()


class ChangePasswordSerializer(serializers.Serializer[User]):
    """The present password and the next."""

    current_password = PasswordField()
    new_password = PasswordField(help_text=_("At least 8 characters, not a common word."))


class PairSerializer(serializers.Serializer[Any]):
    """Ten minutes of access, and the means to get the next ten."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class EmptySerializer(serializers.Serializer[Any]):
    """An object without members: it is good."""


class ResetSerializer(serializers.Serializer[Any]):
    """Where to send the link."""

    email = EmailField(max_length=254)


class ResetConfirmSerializer(serializers.Serializer[Any]):
    """The two parts of the link, and the new password."""

    uid = TextField(max_length=64, help_text=_("The first part of the link."))
    token = TextField(max_length=128, help_text=_("The second part of the link."))
    new_password = PasswordField(help_text=_("At least 8 characters, not a common word."))


class ApiTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """An API token, without its key."""

    scopes = serializers.ListField(child=serializers.ChoiceField(choices=["read", "write"]))

    class Meta:
        model = ApiToken
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
        read_only_fields = fields


class NewApiTokenSerializer(serializers.Serializer[Any]):
    """The wish for a token."""

    name = TextField(max_length=100, help_text=_("What it is for."))
    scopes = serializers.MultipleChoiceField(
        choices=["read", "write"],
        allow_empty=False,
        help_text=_("What it may do; write includes read."),
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text=_("When it ends; empty: never.")
    )

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        """Refuse an end that has passed."""
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(_("This moment has passed."))
        return value


class MadeApiTokenSerializer(ApiTokenSerializer):
    """A new token with its key, which is shown this one time."""

    key = serializers.CharField(help_text=_("Shown once: `Authorization: Token <key>`."))

    class Meta:
        model = ApiToken
        fields = (*ApiTokenSerializer.Meta.fields, "key")
        read_only_fields = fields
