"""Passwords: change the one that is known, replace the one that is forgotten."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.auth import services
from apps.auth.forms import ChangePasswordForm, NewPasswordForm, ResetForm
from apps.auth.models import User
from apps.auth.views.asking import BACKEND, AskingView, WithAnswers, user_of, with_profile
from frameflow.api.requests import site_of
from frameflow.exceptions import Invalid


class PasswordChangeView(LoginRequiredMixin, AskingView):
    """A new password; this browser stays logged in, everything else has to log in again."""

    template_name = "identity/password_change.html"
    form_class = ChangePasswordForm
    throttle_scope = "password"

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        user = user_of(self.request)
        try:
            services.change_password(user_id=user.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.take(refusal)
            return self.form_invalid(form)
        user.refresh_from_db()
        update_session_auth_hash(self.request, user)
        messages.success(
            self.request, _("Your password is changed. Other devices have to log in again.")
        )
        return redirect("auth:settings")


class PasswordResetView(AskingView):
    """Ask for a link by e-mail; the answer is the same whether there is such an account."""

    template_name = "identity/password_reset.html"
    form_class = ResetForm
    throttle_scope = "reset"

    def form_valid(self, form: ResetForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        services.request_reset(email=email, site=site_of(self.request), at=timezone.now())
        return render(self.request, "identity/password_reset_sent.html", {"email": email})


class PasswordResetConfirmView(WithAnswers, views.PasswordResetConfirmView):
    """Where the link of the mail leads: Django checks it and hides it from the address."""

    template_name = "identity/password_reset_confirm.html"
    form_class = NewPasswordForm  # type: ignore[assignment]
    success_url = reverse_lazy("upload:home")
    post_reset_login = True
    post_reset_login_backend = BACKEND

    def get_user(self, uidb64: str) -> User | None:
        """Return whose link it is; nobody where the account is shut."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:  # type: ignore[override]
        answer = super().form_valid(form)  # type: ignore[arg-type]
        return with_profile(answer, form.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "title": None}
