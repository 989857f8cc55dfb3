"""The words of a mail, in the language of whoever gets it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.auth.models import Notice, NoticeKind, User


def compose(notice: Notice, to: User, server: BaseEmailBackend) -> EmailMessage:
    """Return a plain text mail. It names no file: this context knows ids alone."""
    with translation.override(to.language), timezone.override(to.time_zone):
        subject, sentence = _words(notice)
        body = "\n\n".join(filter(None, (sentence, _link(notice), _why(notice, to))))
    return EmailMessage(subject, body + "\n", to=[to.email], connection=server)


def compose_reset(to: User, link: str, server: BaseEmailBackend) -> EmailMessage:
    """Return the mail with the link that sets a new password."""
    with translation.override(to.language):
        subject = _("A new password for Frame Flow")
        body = "\n\n".join(
            (
                _("Open this link to choose a new password. It works for 1 hour."),
                link,
                _("If you did not ask for it, do nothing: your password stays as it is."),
            )
        )
    return EmailMessage(subject, body + "\n", to=[to.email], connection=server)


def compose_address(to: User, email: str, link: str, server: BaseEmailBackend) -> EmailMessage:
    """Return the mail to a new address with the link that makes it this person's."""
    with translation.override(to.language):
        lines = (
            _("Open this link to use this email for your account. It works for 1 hour."),
            link,
            _("If you did not ask for it, do nothing: no account will use your address."),
        )
        subject = _("Confirm your email for Frame Flow")
    return EmailMessage(subject, "\n\n".join(lines) + "\n", to=[email], connection=server)


def compose_address_taken(to: User, email: str, server: BaseEmailBackend) -> EmailMessage:
    """Return what an address hears that has an account already: its owner alone may know that."""
    with translation.override(to.language):
        lines = (
            _("Somebody asked to use this email for another account. It has an account already."),
            _("Nothing was changed, and you need not do anything."),
        )
        subject = _("This email has an account at Frame Flow")
    return EmailMessage(subject, "\n\n".join(lines) + "\n", to=[email], connection=server)


def compose_address_told(to: User, email: str, server: BaseEmailBackend) -> EmailMessage:
    """Return what the present address hears of the wish for another."""
    with translation.override(to.language):
        asked = _("Somebody who knows your password asked to use {email} for your account.")
        lines = (
            asked.format(email=email),
            _("If it was you, open the link in the mail that went there."),
            _("If it was not you, change your password now: that link then stops working."),
        )
        subject = _("Another email for your account")
    return EmailMessage(subject, "\n\n".join(lines) + "\n", to=[to.email], connection=server)


def _words(notice: Notice) -> tuple[str, str]:
    if notice.kind == NoticeKind.READY:
        return _("Your frames are ready"), _("You can look at them and download the ZIP.")
    if notice.kind == NoticeKind.FAILED:
        subject = _("We could not make your frames")
        return subject, _("Your video is safe. Its page says what happened and what to do next.")
    date = date_format(timezone.localtime(notice.expires_at)) if notice.expires_at else ""
    subject = _("Your frames will be deleted on {date}").format(date=date)
    return subject, _("Download them before, and they stay longer.")


def _why(notice: Notice, to: User) -> str:
    if notice.kind == NoticeKind.EXPIRY:
        return _("We tell you before files are deleted. Your settings can change that.")
    if to.wants_notices:
        return _("You get this mail because you asked for it in your settings.")
    return _("You get this mail because you asked for it on the page of the video.")


def _link(notice: Notice) -> str:
    return f"{settings.PUBLIC_URL}/videos/{notice.video_id}/" if settings.PUBLIC_URL else ""
