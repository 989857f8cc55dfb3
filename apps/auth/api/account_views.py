"""One's own account."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import services
from apps.auth.api import serializers


class MeView(GenericAPIView[Any]):
    """Look at one's account, change it, or close it (with the password)."""

    serializer_class = serializers.ProfileSerializer

    @property
    def throttle_scope(self) -> str:
        """Only the end of the account asks for the password, which might be guessed here."""
        return "password" if self.request.method == "DELETE" else ""

    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(request.user).data)

    def patch(self, request: Request) -> Response:
        wishes = self.get_serializer(request.user, data=request.data, partial=True)
        wishes.is_valid(raise_exception=True)
        user = services.change_profile(user_id=_my_id(request), **wishes.validated_data)
        return Response(self.get_serializer(user).data)

    def delete(self, request: Request) -> Response:
        wishes = serializers.CloseAccountSerializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        services.delete_user(user_id=_my_id(request), at=timezone.now(), **wishes.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordChangeView(GenericAPIView[Any]):
    """Set a new password; every token and session ends."""

    serializer_class = serializers.ChangePasswordSerializer
    throttle_scope = "password"

    def post(self, request: Request) -> Response:
        wishes = self.get_serializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        services.change_password(user_id=_my_id(request), **wishes.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _my_id(request: Request) -> UUID:
    """The permission class has let nobody in who has none."""
    return UUID(str(request.user.pk))
