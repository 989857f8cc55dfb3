"""Another e-mail address: asked for with the password, and theirs once a link that went there was
opened. The present address is told at once, while its owner can still stop it.

As with a forgotten password, only the wish is noted while somebody waits. Whether an address has
an account is looked up when the mail is written, and only that address is told.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from smtplib import SMTPRecipientsRefused
from uuid import UUID

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError
from django.urls import reverse

from apps.auth.exceptions import LinkRefused, SameEmail
from apps.auth.models import EmailWish, User
from apps.auth.selectors import get_email_wish_of_link, get_user_by_email, link_lifetime
from apps.auth.services.accounts import locked, refuse_wrong
from apps.auth.services.mail import compose_address, compose_address_taken, compose_address_told
from frameflow.bus import unit_of_work

log = structlog.stdlib.get_logger(__name__)


def request_email_change(
    *, user_id: UUID, email: str, password: str, site: str, at: datetime
) -> None:
    """Note the wish for an address, in place of an earlier one; the link leads to `site`.

    Raises `WrongPassword`, or `SameEmail` where it is theirs already.
    """
    with unit_of_work("auth"):
        user = locked(user_id)
        refuse_wrong(user, password, "password")
        if get_user_by_email(email=email) == user:
            raise SameEmail(errors=[{"path": "email", "message": SameEmail.__doc__}])
        email = User.objects.normalize_email(email)
        wish = {"email": email, "site": site, "asked_at": at, "digest": ""}
        EmailWish.objects.update_or_create(user=user, defaults=wish)


def forget_email_change(*, user_id: UUID) -> None:
    """Take the wish back; its link then opens nothing."""
    with unit_of_work("auth"):
        EmailWish.objects.filter(user_id=user_id).delete()


def send_email_links(*, limit: int = 50) -> int:
    """Send the mails of wishes that are new, and return how many went. Where the mail server is
    away they stay; after a crash in between they may come twice, and the last link counts."""
    fresh = EmailWish.objects.filter(digest="").order_by("asked_at")
    wishes = list(fresh.values_list("pk", flat=True)[:limit])
    if not wishes:
        return 0
    with get_connection() as server:
        return sum(_send(pk, server) for pk in wishes)


def confirm_email(*, key: str, at: datetime) -> User:
    """Let the person of a link have its address from now on; every way in stays open. Raises
    `LinkRefused` where it is no good any more, or the address went to somebody else."""
    try:
        with unit_of_work("auth"):
            wish = get_email_wish_of_link(key=key, at=at)
            if wish is None:
                raise LinkRefused
            user = locked(wish.user_id)
            if not EmailWish.objects.filter(pk=wish.pk, digest=wish.digest).delete()[0]:
                raise LinkRefused
            user.email = wish.email
            user.save(update_fields=["email"])
            return user
    except IntegrityError:
        raise LinkRefused from None


def purge_email_wishes(*, at: datetime) -> None:
    """Forget the wishes that nobody confirmed in time."""
    with unit_of_work("auth"):
        EmailWish.objects.filter(asked_at__lte=at - link_lifetime()).delete()


def _send(pk: int, server: BaseEmailBackend) -> int:
    with unit_of_work("auth"):
        free = EmailWish.objects.select_for_update(skip_locked=True, of=("self",))
        wish = free.select_related("user").filter(pk=pk, digest="", user__is_active=True).first()
        if wish is None:
            return 0
        key = token_urlsafe(32)
        wish.digest = sha256(key.encode()).hexdigest()
        wish.save(update_fields=["digest"])
        return sum(_handed_over(each, wish) for each in _mails(wish, key, server))


def _mails(wish: EmailWish, key: str, server: BaseEmailBackend) -> Iterator[EmailMessage]:
    if other := get_user_by_email(email=wish.email):
        yield compose_address_taken(other, wish.email, server)
    else:
        link = wish.site.rstrip("/") + reverse("auth:email-confirm", args=[key])
        yield compose_address(wish.user, wish.email, link, server)
    yield compose_address_told(wish.user, wish.email, server)


def _handed_over(mail: EmailMessage, wish: EmailWish) -> int:
    try:
        return mail.send()
    except SMTPRecipientsRefused:  # nobody will ever be reached there
        log.warning("email.refused", user=str(wish.user_id))
        return 0
