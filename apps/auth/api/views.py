"""Sign up, tokens, and one's own account."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import services
from apps.auth.api import serializers
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

    def post(self, request: Request) -> Response:
        user = services.register_user(**self.wishes(request), at=timezone.now())
        profile = serializers.ProfileSerializer(user).data
        return Response(profile, status=status.HTTP_201_CREATED)


class TokenView(PublicView):
    """Log in: get a token for access (ten minutes) and one to refresh it."""

    serializer_class = serializers.CredentialsSerializer
    throttle_scope = "log-in"

    def post(self, request: Request) -> Response:
        pair = services.log_in(**self.wishes(request))
        forget_tries(request, self)
        return Response(asdict(pair))


class TokenRefreshView(PublicView):
    """Give a refresh token, get the next pair. Each works once."""

    serializer_class = serializers.RefreshSerializer

    def post(self, request: Request) -> Response:
        return Response(asdict(services.rotate_token(**self.wishes(request))))


class TokenVerifyView(PublicView):
    """Ask whether a token is good at this moment."""

    serializer_class = serializers.VerifySerializer

    def post(self, request: Request) -> Response:
        services.verify_token(**self.wishes(request))
        return Response({})


class LogoutView(PublicView):
    """Revoke a refresh token and all that grew from the same log in."""

    serializer_class = serializers.RefreshSerializer

    def post(self, request: Request) -> Response:
        services.log_out(**self.wishes(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
