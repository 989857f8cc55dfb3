"""Another e-mail address: ask for it, and open the link that went there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from apps.auth import selectors, services
from apps.auth.exceptions import LinkRefused
from apps.auth.forms import ChangeEmailForm
from apps.auth.views.asking import AskingView, user_of
from frameflow.api.requests import site_of
from frameflow.exceptions import Invalid


class EmailChangeView(LoginRequiredMixin, AskingView):
    """Ask for another address; the answer is the same whether it has an account."""

    template_name = "identity/email_change.html"
    form_class = ChangeEmailForm
    throttle_scope = "email"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wish = selectors.get_email_wish(user_id=user_of(self.request).pk, at=timezone.now())
        return super().get_context_data(wish=wish, **kwargs)

    def form_valid(self, form: ChangeEmailForm) -> HttpResponse:
        user_id, site = user_of(self.request).pk, site_of(self.request)
        try:
            services.request_email_change(
                user_id=user_id, site=site, **form.cleaned_data, at=timezone.now()
            )
        except Invalid as refusal:
            form.take(refusal)
            return self.form_invalid(form)
        return redirect("auth:email")


class EmailForgetView(LoginRequiredMixin, TemplateView):
    """Take the wish back; a POST alone does so."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """End its link, and come back to the settings."""
        user = user_of(request)
        services.forget_email_change(user_id=user.pk)
        messages.success(request, _("Your email stays {email}.").format(email=user.email))
        return redirect("auth:settings")


@method_decorator(never_cache, "dispatch")
class EmailConfirmView(TemplateView):
    """Where the link of the mail leads: a click there changes the address, a look alone does not,
    for programs look at links before people do. Whoever opens it need not be logged in, and is
    not let in by it."""

    template_name = "identity/email_confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wish = selectors.get_email_wish_of_link(key=self.kwargs["key"], at=timezone.now())
        return super().get_context_data(wish=wish, **kwargs)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Change it; where the link is no good any more, say so."""
        try:
            user = services.confirm_email(key=key, at=timezone.now())
        except LinkRefused:
            return self.render_to_response({}, status=422)
        sentence = _("Your email is {email} now.").format(email=user.email)
        messages.success(request, sentence)
        return redirect("auth:settings")
