"""Reads of the auth context."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.auth.models import ApiToken, EmailWish, Notice, NoticeKind, NoticeWish, ResetWish, User

_OF_ACCOUNT = (
    "id", "email", "name", "language", "time_zone", "wants_notices",
    "wants_warnings", "is_staff", "created_at",
    "last_login",
)  # fmt: skip
_OF_TOKEN = (
    "id", "name", "prefix", "can_write", "created_at", "expires_at", "last_used_at",
)  # fmt: skip
_OF_LOG_IN = ("created_at", "expires_at")
_OF_NOTICE = (
    "extraction_id", "video_id", "run", "kind", "created_at", "due_at", "expires_at", "sent_at",
    "is_void",
)  # fmt: skip


def get_user(*, user_id: UUID) -> User | None:
    """Return a person whose account is open, or None."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def get_user_by_email(*, email: str) -> User | None:
    """Return a person whose account is open, whatever the upper and lower case, or None. What is
    lower case says the database, as at log in: beyond ASCII Python has other ideas."""
    found = User.objects.alias(key=Lower("email")).filter(key=Lower(Value(email)), is_active=True)
    return found.first()


def get_holder(*, claims: Mapping[str, Any]) -> User | None:
    """Return the person for whom a token with these verified claims still speaks, or None."""
    user = get_user(user_id=claims[api_settings.USER_ID_CLAIM])
    return user if user and user.holds(claims) and not is_revoked(claims=claims) else None


def is_revoked(*, claims: Mapping[str, Any]) -> bool:
    """Return whether a refresh token was used, or revoked."""
    return BlacklistedToken.objects.filter(token__jti=claims[api_settings.JTI_CLAIM]).exists()


def list_api_tokens(*, user_id: UUID) -> QuerySet[ApiToken]:
    """Return a person's API tokens, the newest first."""
    return ApiToken.objects.filter(user_id=user_id).order_by("-created_at", "pk")


def get_api_token(*, key: str, at: datetime) -> ApiToken | None:
    """Return the token that a program shows, with its person; None where it is not good."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    alive = Q(expires_at=None) | Q(expires_at__gt=at)
    found = ApiToken.objects.filter(alive, digest=digest, user__is_active=True)
    return found.select_related("user").first()


def get_user_of_link(*, uidb64: str, token: str) -> User | None:
    """Return the person for whom a link of a mail still speaks, or None."""
    try:
        user = get_user(user_id=UUID(force_str(urlsafe_base64_decode(uidb64))))
    except ValueError:
        return None
    return user if user and default_token_generator.check_token(user, token) else None


def get_email_wish(*, user_id: UUID, at: datetime) -> EmailWish | None:
    """Return a person's wish for another address, unless its hour is over."""
    return _live_email_wishes(at).filter(user_id=user_id).first()


def get_email_wish_of_link(*, key: str, at: datetime) -> EmailWish | None:
    """Return the wish that a link of a mail confirms, with its person; None where it is no good."""
    digest = hashlib.sha256(key.encode(errors="replace")).hexdigest()
    found = _live_email_wishes(at).filter(digest=digest, user__is_active=True)
    return found.select_related("user").first()


def _live_email_wishes(at: datetime) -> QuerySet[EmailWish]:
    return EmailWish.objects.filter(asked_at__gt=at - link_lifetime())


def link_lifetime() -> timedelta:
    """Return how long a link of a mail works."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def is_told_of(*, user_id: UUID, extraction_id: UUID) -> bool:
    """Return whether a person wished to be told of one extraction."""
    return NoticeWish.objects.filter(user_id=user_id, extraction_id=extraction_id).exists()


def wanted() -> Q:
    """Return what holds of a notice that its person wants: of every video or of this one, and
    a warning unless they said no. Whoever has closed the account wants none."""
    person = User.objects.filter(pk=OuterRef("owner_id"), is_active=True)
    wish = NoticeWish.objects.filter(
        user_id=OuterRef("owner_id"),
        extraction_id=OuterRef("extraction_id"),
        user__is_active=True,
    )
    warned = Q(Exists(person.filter(wants_warnings=True)), kind=NoticeKind.EXPIRY)
    told = Q(Exists(person.filter(wants_notices=True))) | Q(Exists(wish))
    return warned | (told & ~Q(kind=NoticeKind.EXPIRY))


def list_due_notices(*, at: datetime) -> QuerySet[Notice]:
    """Return the mails to send now, oldest first; a warning after the end is no use to anybody."""
    too_late = Q(kind=NoticeKind.EXPIRY, expires_at__lte=at)
    due = Notice.objects.filter(sent_at=None, is_void=False, due_at__lte=at)
    return due.exclude(too_late).order_by("due_at")


def get_public_key() -> dict[str, Any]:
    """Return the key that our tokens are checked with, as a JWK (RFC 7517) of the curve P-256."""
    return _as_jwk(settings.SIMPLE_JWT["VERIFYING_KEY"])


@cache
def _as_jwk(pem: str) -> dict[str, Any]:
    """The `kid` is the thumbprint of RFC 7638, which follows from the key alone."""
    algorithm = ECAlgorithm(ECAlgorithm.SHA256)
    members: dict[str, Any] = algorithm.to_jwk(algorithm.prepare_key(pem), as_dict=True)
    essence = json.dumps(
        {name: members[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":")
    )
    kid = base64url_encode(hashlib.sha256(essence.encode()).digest()).decode()
    return {**members, "kid": kid, "use": "sig", "alg": "ES256"}


def personal_data(*, user_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what auth keeps about a person, table by table; no hash, no key, no digest."""
    for name, kept in (
        ("account", User.objects.filter(pk=user_id).values(*_OF_ACCOUNT)),
        ("api_tokens", ApiToken.objects.filter(user_id=user_id).values(*_OF_TOKEN)),
        ("log_ins", OutstandingToken.objects.filter(user_id=user_id).values(*_OF_LOG_IN)),
        ("mails", Notice.objects.filter(owner_id=user_id).values(*_OF_NOTICE)),
        ("wishes", NoticeWish.objects.filter(user_id=user_id).values("extraction_id", "asked_at")),
        ("new_address", EmailWish.objects.filter(user_id=user_id).values("email", "asked_at")),
        ("forgotten_passwords", ResetWish.objects.filter(user_id=user_id).values("asked_at")),
    ):
        for row in kept.iterator():
            yield name, row
