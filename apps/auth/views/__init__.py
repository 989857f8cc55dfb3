"""The pages of an account."""

from apps.auth.views.entrance import LanguageView, LogInView, LogOutView, SignUpView
from apps.auth.views.passwords import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
)
from apps.auth.views.settings import CloseAccountView, SettingsView

__all__ = [
    "CloseAccountView",
    "LanguageView",
    "LogInView",
    "LogOutView",
    "PasswordChangeView",
    "PasswordResetConfirmView",
    "PasswordResetView",
    "SettingsView",
    "SignUpView",
]
