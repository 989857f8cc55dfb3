"""Who is asking, from the Authorization header."""

from rest_framework_simplejwt.authentication import JWTAuthentication


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`: signed by us, for us, and its owner is active."""
