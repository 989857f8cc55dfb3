"""One's own account: what others call it, how it is told, and its end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.auth import services
from apps.auth.forms import CloseAccountForm, ProfileForm
from apps.auth.views.asking import AskingView, user_of, with_profile
from frameflow.exceptions import Invalid


class SettingsView(LoginRequiredMixin, AskingView):
    """The profile, and the way to everything else about an account."""

    template_name = "identity/settings.html"
    form_class = ProfileForm

    def get_initial(self) -> dict[str, Any]:
        user = user_of(self.request)
        return {name: getattr(user, name) for name in ProfileForm.base_fields}

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        user = services.change_profile(user_id=user_of(self.request).pk, **form.cleaned_data)
        with override(user.language):
            messages.success(self.request, _("Saved."))
        return with_profile(redirect("auth:settings"), user)


class CloseAccountView(LoginRequiredMixin, AskingView):
    """Asks for the password, then closes the account and deletes its videos."""

    template_name = "identity/close.html"
    form_class = CloseAccountForm
    throttle_scope = "password"

    def form_valid(self, form: CloseAccountForm) -> HttpResponse:
        try:
            services.delete_user(
                user_id=user_of(self.request).pk, at=timezone.now(), **form.cleaned_data
            )
        except Invalid as refusal:
            form.take(refusal)
            return self.form_invalid(form)
        logout(self.request)
        messages.success(self.request, _("Your account is closed and your videos are deleted."))
        return redirect("upload:home")
