"""What programs show instead of a password: made by a person, shown once, revoked at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.db.models import Q

from apps.auth.exceptions import ApiTokenNotFound, TokenRefused, TooManyApiTokens
from apps.auth.models import ApiToken, User
from apps.auth.services.accounts import is_unchanged
from frameflow.bus import unit_of_work

MARK = "ff_"  # so that scanners of leaked secrets know one when they see it
PREFIX_LENGTH = len(MARK) + 6
MAX_TOKENS = 50
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class MadeToken:
    """A new token, and the key that is shown this one time."""

    token: ApiToken
    key: str


def make_api_token(
    *, user: User, name: str, can_write: bool, expires_at: datetime | None
) -> MadeToken:
    """Make a token; `TooManyApiTokens` where the account has fifty, `TokenRefused` where the log in
    behind this ended meanwhile: a new password ends every token, also one that is being made."""
    key = MARK + token_urlsafe(32)
    with unit_of_work("auth"):
        if not is_unchanged(user=user):
            raise TokenRefused
        if ApiToken.objects.filter(user_id=user.pk).count() >= MAX_TOKENS:
            raise TooManyApiTokens
        token = ApiToken.objects.create(
            user_id=user.pk,
            name=name,
            prefix=key[:PREFIX_LENGTH],
            digest=sha256(key.encode()).hexdigest(),
            can_write=can_write,
            expires_at=expires_at,
        )
        token.refresh_from_db()
    return MadeToken(token, key)


def revoke_api_token(*, token_id: UUID, user_id: UUID) -> None:
    """End a token of a person at once; `ApiTokenNotFound` for any other."""
    with unit_of_work("auth"):
        deleted, _ = ApiToken.objects.filter(pk=token_id, user_id=user_id).delete()
        if not deleted:
            raise ApiTokenNotFound


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token was used, at most once a minute."""
    with unit_of_work("auth"):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
