"""Sign up, tokens, and one's own account."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import services
from apps.auth.api import serializers
from frameflow.api.requests import site_of
from frameflow.api.schema import problems
from frameflow.api.throttling import forget_tries


class PublicView(GenericAPIView[Any]):
    """For people who are not known yet; an old token in the header does no harm."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def wishes(self, request: Request) -> dict[str, Any]:
        """Return the checked fields of the body."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class RegisterView(PublicView):
    """Open an account."""

    serializer_class = serializers.RegisterSerializer
    throttle_scope = "sign-up"

    @extend_schema(
        summary="Open an account", responses={201: serializers.ProfileSerializer, **problems(422)}
    )
    def post(self, request: Request) -> Response:
        user = services.register_user(**self.wishes(request), at=timezone.now())
        profile = serializers.ProfileSerializer(user).data
        return Response(profile, status=status.HTTP_201_CREATED)


class TokenView(PublicView):
    """Log in: get a token for access (ten minutes) and one to refresh it."""

    serializer_class = serializers.CredentialsSerializer
    throttle_scope = "log-in"

    @extend_schema(
        summary="Log in", responses={200: serializers.PairSerializer, **problems(401, 422)}
    )
    def post(self, request: Request) -> Response:
        pair = services.log_in(**self.wishes(request))
        forget_tries(request, self)
        return Response(asdict(pair))


class TokenRefreshView(PublicView):
    """Give a refresh token, get the next pair. Each works once."""

    serializer_class = serializers.RefreshSerializer

    @extend_schema(
        summary="Get the next pair", responses={200: serializers.PairSerializer, **problems(401)}
    )
    def post(self, request: Request) -> Response:
        return Response(asdict(services.rotate_token(**self.wishes(request))))


class TokenVerifyView(PublicView):
    """Ask whether a token is good at this moment."""

    serializer_class = serializers.VerifySerializer

    @extend_schema(
        summary="Ask whether a token is good",
        responses={200: serializers.EmptySerializer, **problems(401)},
    )
    def post(self, request: Request) -> Response:
        services.verify_token(**self.wishes(request))
        return Response({})


class LogoutView(PublicView):
    """Revoke a refresh token and all that grew from the same log in."""

    serializer_class = serializers.RefreshSerializer

    @extend_schema(summary="Log out", responses={204: None, **problems(401)})
    def post(self, request: Request) -> Response:
        services.log_out(**self.wishes(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(PublicView):
    """Ask for a link by mail; the answer is the same whether there is such an account."""

    serializer_class = serializers.ResetSerializer
    throttle_scope = "reset"

    @extend_schema(summary="Ask for a new password", responses={202: None})
    def post(self, request: Request) -> Response:
        email = self.wishes(request)["email"]
        services.request_reset(email=email, site=site_of(request), at=timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirmView(PublicView):
    """Set the new password; every token and session ends."""

    serializer_class = serializers.ResetConfirmSerializer
    throttle_scope = "reset"

    @extend_schema(summary="Set the new password", responses={204: None})
    def post(self, request: Request) -> Response:
        wishes = self.wishes(request)
        services.reset_password_by_link(
            uidb64=wishes["uid"], token=wishes["token"], new_password=wishes["new_password"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
