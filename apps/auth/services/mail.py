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
