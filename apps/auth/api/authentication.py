"""Who is asking, from the Authorization header."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from apps.auth import services
from apps.auth.models import ApiToken, User
from apps.auth.selectors import get_api_token


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`: signed by us, for us, and its owner is active."""


class ApiTokenAuthentication(BaseAuthentication):
    """`Authorization: Token <key>`: what a program shows. What it may not do ends here, for every
    address at once, whatever permissions its view asks for."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token and its person; None where the header is of another kind."""
        kind, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != self.keyword.lower():
            return None
        token = get_api_token(key=key.strip(), at=timezone.now())
        if token is None:
            raise AuthenticationFailed(_("This token is not valid."), code="token_not_valid")
        if request.method not in SAFE_METHODS and not token.can_write:
            raise PermissionDenied(_("This token can only read."))
        services.note_use(token=token, at=timezone.now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 says about this scheme."""
        return self.keyword


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """How `Bearer` is described."""

    target_class = "apps.auth.api.authentication.TokenAuthentication"
    name = "accessToken"


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How `Token` is described."""

    target_class = "apps.auth.api.authentication.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`. With the scope `read` alone it changes nothing.",
        }
