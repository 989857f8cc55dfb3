"""The pages of an account."""

from apps.auth.views.addresses import EmailChangeView, EmailConfirmView, EmailForgetView
from apps.auth.views.api_tokens import ApiTokensView, RevokeApiTokenView
from apps.auth.views.entrance import LanguageView, LogInView, LogOutView, SignUpView
from apps.auth.views.notices import NoticeView
from apps.auth.views.passwords import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
)
from apps.auth.views.personal import AccountDataView, DataView
from apps.auth.views.settings import CloseAccountView, SettingsView

__all__ = [
    "AccountDataView",
    "ApiTokensView",
    "CloseAccountView",
    "DataView",
    "EmailChangeView",
    "EmailConfirmView",
    "EmailForgetView",
    "LanguageView",
    "LogInView",
    "LogOutView",
    "NoticeView",
    "PasswordChangeView",
    "PasswordResetConfirmView",
    "PasswordResetView",
    "RevokeApiTokenView",
    "SettingsView",
    "SignUpView",
]
