"""The auth context as a Django app; its label is `identity`, because `auth` is Django's."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.translation import gettext_lazy as _

BLACKLIST = "rest_framework_simplejwt.token_blacklist"


class AuthConfig(AppConfig):
    """Accounts, in the schema that also holds Django's own tables."""

    name = "apps.auth"
    label = "identity"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        register(check_blacklist, "security")
        register(check_links, "security", deploy=True)


def check_blacklist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without these tables a refresh token could be used again and again, and never revoked."""
    if apps.is_installed(BLACKLIST):
        return []
    hint = f"Add {BLACKLIST!r} to INSTALLED_APPS."
    return [Error("Refresh tokens cannot be revoked.", hint=hint, id="identity.E001")]


def check_links(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever asks for a link could else choose, in the Host header, the port that it leads to, or
    even the host."""
    if settings.PUBLIC_URL:
        return []
    hint = "Set PUBLIC_URL to the address that people see."
    return [Warning("Links in mails may lead elsewhere.", hint=hint, id="identity.W002")]
