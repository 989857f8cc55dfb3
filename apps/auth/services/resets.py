"""A forgotten password: a link by e-mail, which works once and for an hour.

The wish is only noted while somebody waits; the mail is sent by the clock. So the answer takes the
same time whether there is such an account, and no wish is lost where the mail server is away.
"""

from datetime import datetime
from smtplib import SMTPRecipientsRefused

import structlog
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.auth.exceptions import LinkRefused
from apps.auth.models import ResetWish, User
from apps.auth.selectors import get_user_by_email, get_user_of_link
from apps.auth.services.accounts import is_unchanged, set_password
from apps.auth.services.mail import compose_reset
from frameflow.bus import unit_of_work

log = structlog.stdlib.get_logger(__name__)


def request_reset(*, email: str, site: str, at: datetime) -> None:
    """Note the wish for a link to `site`, an address like `https://frames.example.com`."""
    with unit_of_work("auth"):
        user = get_user_by_email(email=email)
        ResetWish.objects.create(user=user, site=site, asked_at=at)


def send_reset_links(*, limit: int = 50) -> int:
    """Send the links that were asked for, one to each person, and forget the wishes; return how
    many mails went.

    A wish is forgotten with its mail: where the mail server is away it stays, and after a crash in
    between a link may come twice, which does no harm.
    """
    wishes = list(ResetWish.objects.order_by("asked_at").values_list("pk", flat=True)[:limit])
    if not wishes:
        return 0
    with get_connection() as server:
        return sum(_send(pk, server) for pk in wishes)


def link_for(user: User, site: str) -> str:
    """Return a link that sets a new password; it dies with the next password or log in."""
    where = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    return site.rstrip("/") + reverse("auth:password-reset-confirm", kwargs=where)


def reset_password(*, user: User, new_password: str) -> User:
    """Set a new password for whoever showed a good link; every token and session ends. Raises
    `LinkRefused` where the same link did so between that look and this."""
    with unit_of_work("auth"):
        if not is_unchanged(user=user):
            raise LinkRefused
        return set_password(user_id=user.pk, new_password=new_password)


def reset_password_by_link(*, uidb64: str, token: str, new_password: str) -> User:
    """The same for whoever sends both parts of a link; `LinkRefused` where it is no good."""
    user = get_user_of_link(uidb64=uidb64, token=token)
    if user is None:
        raise LinkRefused
    return reset_password(user=user, new_password=new_password)


def _send(pk: int, server: BaseEmailBackend) -> int:
    with unit_of_work("auth"):
        free = ResetWish.objects.select_for_update(skip_locked=True, of=("self",))
        wish = free.select_related("user").filter(pk=pk).first()
        if wish is None:
            return 0
        ResetWish.objects.filter(user=wish.user).delete()
        if wish.user is None or not wish.user.is_active:
            return 0
        try:
            return compose_reset(wish.user, link_for(wish.user, wish.site), server).send()
        except SMTPRecipientsRefused:  # nobody will ever be reached there
            log.warning("reset.refused", user=str(wish.user.pk))
            return 0
