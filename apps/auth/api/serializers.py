"""What the auth API takes and gives."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.auth.models import User

MAX_PASSWORD = 256  # hashing time must not be the sender's choice


class PasswordField(serializers.CharField):
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

    email = serializers.EmailField(max_length=254)
    password = PasswordField(help_text=_("At least 8 characters, not a common word."))
    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class CredentialsSerializer(serializers.Serializer[User]):
    """An account and its password."""

    email = serializers.CharField(max_length=254)
    password = PasswordField()


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


class VerifySerializer(serializers.Serializer[Any]):
    """A token of either type."""

    token = serializers.CharField(max_length=4096)


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The account of whoever asks."""

    class Meta:
        model = User
        fields = ("id", "email", "name", "language", "wants_notices", "is_staff", "created_at")
        read_only_fields = ("id", "email", "is_staff", "created_at")


class CloseAccountSerializer(serializers.Serializer[User]):
    """The wish to close the account, with its password."""

    password = PasswordField()


class ChangePasswordSerializer(serializers.Serializer[User]):
    """The present password and the next."""

    current_password = PasswordField()
    new_password = PasswordField(help_text=_("At least 8 characters, not a common word."))
