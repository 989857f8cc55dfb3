"""One's own account."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.auth import services
from apps.auth.api import serializers
from apps.auth.api.authentication import TokenAuthentication
from apps.auth.models import ApiToken, User
from apps.auth.selectors import list_api_tokens
from frameflow.api.schema import problems

#: For what a program may not do, with whatever key.
BY_PERSON = (TokenAuthentication, SessionAuthentication)


class MeView(GenericAPIView[Any]):
    """Look at one's account, change it, or close it (with the password)."""

    serializer_class = serializers.ProfileSerializer

    @property
    def throttle_scope(self) -> str:
        """Only the end of the account asks for the password, which might be guessed here."""
        return "password" if self.request.method == "DELETE" else ""

    @extend_schema(summary="Look at your account")
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(request.user).data)

    @extend_schema(summary="Change your account")
    def patch(self, request: Request) -> Response:
        wishes = self.get_serializer(request.user, data=request.data, partial=True)
        wishes.is_valid(raise_exception=True)
        user = services.change_profile(user_id=_my_id(request), **wishes.validated_data)
        return Response(self.get_serializer(user).data)

    @extend_schema(
        summary="Close your account",
        request=serializers.CloseAccountSerializer,
        responses={204: None, **problems(422)},
    )
    def delete(self, request: Request) -> Response:
        """The body gives the password: `{"password": "…"}`."""
        if isinstance(request.auth, ApiToken):
            raise PermissionDenied  # a program cannot end its person
        wishes = serializers.CloseAccountSerializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        services.delete_user(user_id=_my_id(request), at=timezone.now(), **wishes.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordChangeView(GenericAPIView[Any]):
    """Set a new password; every token and session ends."""

    authentication_classes = BY_PERSON
    serializer_class = serializers.ChangePasswordSerializer
    throttle_scope = "password"

    @extend_schema(summary="Change your password", responses={204: None})
    def post(self, request: Request) -> Response:
        wishes = self.get_serializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        services.change_password(user_id=_my_id(request), **wishes.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ApiTokensView(GenericAPIView[Any]):
    """Your API tokens, for programs: `Authorization: Token <key>`."""

    authentication_classes = BY_PERSON
    serializer_class = serializers.NewApiTokenSerializer
    pagination_class = None  # fifty at most

    def get_queryset(self) -> "QuerySet[ApiToken]":
        """Return those of whoever asks."""
        return list_api_tokens(user_id=_my_id(self.request))

    @extend_schema(
        summary="List your API tokens", responses=serializers.ApiTokenSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        return Response(serializers.ApiTokenSerializer(self.get_queryset(), many=True).data)

    @extend_schema(
        summary="Make an API token",
        responses={201: serializers.MadeApiTokenSerializer, **problems(409)},
    )
    def post(self, request: Request) -> Response:
        wishes = self.get_serializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        asked = wishes.validated_data
        made = services.make_api_token(
            user=cast(User, request.user),
            name=asked["name"],
            can_write="write" in asked["scopes"],
            expires_at=asked.get("expires_at"),
        )
        document = {**serializers.ApiTokenSerializer(made.token).data, "key": made.key}
        return Response(document, status=status.HTTP_201_CREATED)


class ApiTokenView(APIView):
    """One API token."""

    authentication_classes = BY_PERSON

    @extend_schema(summary="Revoke an API token", responses={204: None})
    def delete(self, request: Request, token_id: UUID) -> Response:
        """End it at once."""
        services.revoke_api_token(token_id=token_id, user_id=_my_id(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _my_id(request: Request) -> UUID:
    """The permission class has let nobody in who has none."""
    return UUID(str(request.user.pk))
