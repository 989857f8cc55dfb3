"""Tokens: issued at log in, rotated once, revoked by family.

A family is what grew from one log in. Its id stands before the dot in each member's `jti`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

import jwt
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token, UntypedToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from apps.auth.exceptions import TokenRefused, WrongCredentials
from apps.auth.models import ApiToken, User
from apps.auth.selectors import get_holder, get_public_key
from frameflow.bus import unit_of_work


@dataclass(frozen=True)
class TokenPair:
    """Ten minutes of access, and the means to get the next ten."""

    access: str
    refresh: str


class NamedKeyBackend(TokenBackend):
    """Signs, and names the key in the header, so that readers of the key set find it."""

    def encode(self, payload: dict[str, Any]) -> str:
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        kid = get_public_key()["kid"]
        key = self.prepared_signing_key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": kid})


_signer = NamedKeyBackend(
    api_settings.ALGORITHM,
    api_settings.SIGNING_KEY,
    api_settings.VERIFYING_KEY,
    api_settings.AUDIENCE,
    api_settings.ISSUER,
)


class NamedKeyAccessToken(AccessToken):
    """An access token that names its key."""

    _token_backend = _signer


class FamilyToken(RefreshToken):
    """A refresh token whose revocation is asked under a lock, in `rotate_token`."""

    access_token_class = NamedKeyAccessToken
    _token_backend = _signer

    @property
    def jti(self) -> str:
        return str(self.payload[api_settings.JTI_CLAIM])

    @property
    def family(self) -> str:
        return self.jti.partition(".")[0]

    def check_blacklist(self) -> None:
        return None


def log_in(*, email: str, password: str) -> TokenPair:
    """Return tokens; `WrongCredentials`, after the same time, whatever of the two is wrong."""
    user = authenticate(email=email, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    return issue_tokens(user=user)


def issue_tokens(*, user: User, family: str = "") -> TokenPair:
    """Return a pair for a person, in a new family or in one that exists. Of the refresh token
    only the id is kept, so that nobody who reads the table can use it."""
    token = FamilyToken()
    token[api_settings.JTI_CLAIM] = f"{family or uuid4().hex}.{uuid4().hex}"
    token[api_settings.USER_ID_CLAIM] = str(user.pk)
    token[api_settings.REVOKE_TOKEN_CLAIM] = user.password_fingerprint()
    with unit_of_work("auth"):
        OutstandingToken.objects.create(
            user=user,
            jti=token.jti,
            created_at=token.current_time,
            expires_at=datetime_from_epoch(token["exp"]),
        )
    return TokenPair(access=str(token.access_token), refresh=str(token))


def rotate_token(*, refresh: str) -> TokenPair:
    """Return a new pair for a refresh token that was never used; else `TokenRefused`.

    A token that comes back was stolen, or its successor was: then the family ends.
    """
    token = _opened(refresh)
    with unit_of_work("auth"):
        pair = _successor(token)
    if pair is None:  # after the commit, which may have ended the family
        raise TokenRefused
    return pair


def _successor(token: FamilyToken) -> TokenPair | None:
    user = _locked_owner(token)
    row = OutstandingToken.objects.filter(jti=token.jti).first()
    if user is None or row is None or not user.holds(token.payload):
        return None
    _, is_first_use = BlacklistedToken.objects.get_or_create(token=row)
    if not is_first_use:
        _end(_family_of(token))
        return None
    return issue_tokens(user=user, family=token.family)


def log_out(*, refresh: str) -> None:
    """End the family of a refresh token; `TokenRefused` where it is not one of ours."""
    token = _opened(refresh)
    with unit_of_work("auth"):
        _locked_owner(token)
        _end(_family_of(token))


def revoke_tokens(*, user_id: UUID) -> None:
    """End every family of a person, whose row the caller has locked, and every API token."""
    with unit_of_work("auth"):
        ApiToken.objects.filter(user_id=user_id).delete()
        _end(OutstandingToken.objects.filter(user_id=user_id))


def verify_token(*, token: str) -> None:
    """Return when a token of either type is good at this moment; else `TokenRefused`."""
    try:
        claims: dict[str, Any] = UntypedToken(cast(Token, token)).payload
    except TokenError:
        raise TokenRefused from None
    if get_holder(claims=claims) is None:
        raise TokenRefused


def purge_expired(*, at: datetime) -> None:
    """Forget tokens that could not be used any more in any case."""
    with unit_of_work("auth"):
        OutstandingToken.objects.filter(expires_at__lte=at).delete()


def _opened(refresh: str) -> FamilyToken:
    """Check signature, algorithm, audience, issuer, end and type; `TokenRefused`."""
    try:
        return FamilyToken(cast(Token, refresh))
    except TokenError:
        raise TokenRefused from None


def _locked_owner(token: FamilyToken) -> User | None:
    """Rotations and revocations of a person wait for one another, or a token that is born while
    its family ends would live on."""
    owner_id = token[api_settings.USER_ID_CLAIM]
    return User.objects.select_for_update().filter(pk=owner_id).first()


def _family_of(token: FamilyToken) -> "QuerySet[OutstandingToken]":
    return OutstandingToken.objects.filter(jti__startswith=f"{token.family}.")


def _end(tokens: "QuerySet[OutstandingToken]") -> None:
    BlacklistedToken.objects.bulk_create(
        (BlacklistedToken(token=each) for each in tokens.filter(blacklistedtoken=None)),
        ignore_conflicts=True,
    )
