"""Who is asking, from the Authorization header."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework_simplejwt.authentication import JWTAuthentication


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`: signed by us, for us, and its owner is active."""


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # how it is described
    """The same, for the OpenAPI description."""

    target_class = "apps.auth.api.authentication.TokenAuthentication"
    name = "accessToken"
