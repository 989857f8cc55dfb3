"""The pages of an account."""

from apps.auth.views.api_tokens import ApiTokensView, RevokeApiTokenView
from apps.auth.views.entrance import LanguageView, LogInView, LogOutView, SignUpView
from apps.auth.views.passwords import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
)
from apps.auth.views.settings import CloseAccountView, SettingsView

__all__ = [
    "ApiTokensView",
    "CloseAccountView",
    "LanguageView",
    "LogInView",
    "LogOutView",
    "PasswordChangeView",
    "PasswordResetConfirmView",
    "PasswordResetView",
    "RevokeApiTokenView",
    "SettingsView",
    "SignUpView",
]
