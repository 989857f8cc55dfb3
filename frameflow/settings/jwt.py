"""JSON Web Tokens: ES256, ten minutes, rotating refresh tokens that can be revoked."""

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from frameflow.variables import stop

_DEMAND = "JWT_SIGNING_KEY must be a P-256 private key in PEM form, without a password."


def jwt_settings(signing_key: str) -> dict[str, Any]:
    """Return SIMPLE_JWT for a P-256 private key in PEM form."""
    try:
        private = load_pem_private_key(signing_key.encode(), password=None)
    except (ValueError, TypeError):
        stop(_DEMAND)
    if not isinstance(private, EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        stop(_DEMAND)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "ALGORITHM": "ES256",
        "SIGNING_KEY": signing_key,
        "VERIFYING_KEY": public.decode(),
        "AUDIENCE": "frameflow",
        "ISSUER": "frameflow",
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
        "ROTATE_REFRESH_TOKENS": True,
        "BLACKLIST_AFTER_ROTATION": True,
        "UPDATE_LAST_LOGIN": False,
        "USER_ID_FIELD": "id",
        "CHECK_REVOKE_TOKEN": True,
    }
