"""Keys for programs: made, shown once, revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from apps.auth import services
from apps.auth.forms import ApiTokenForm
from apps.auth.selectors import list_api_tokens
from apps.auth.views.asking import AskingView, user_of
from frameflow.api.requests import site_of
from frameflow.exceptions import Conflict


class ApiTokensView(LoginRequiredMixin, AskingView):
    """The keys that there are, and a form for another one."""

    template_name = "identity/tokens.html"
    form_class = ApiTokenForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tokens = list_api_tokens(user_id=user_of(self.request).pk)
        return super().get_context_data(tokens=tokens, site=site_of(self.request), **kwargs)

    def form_valid(self, form: ApiTokenForm) -> HttpResponse:
        """Show the key on the page that answers: it is kept nowhere."""
        try:
            made = services.make_api_token(user=user_of(self.request), **form.wish())
        except Conflict as refusal:
            messages.error(self.request, _(refusal.detail) + " " + _(refusal.action))
            return redirect("auth:tokens")
        page = self.get_context_data(form=ApiTokenForm(), made=made)
        return self.render_to_response(page, status=201)


class RevokeApiTokenView(LoginRequiredMixin, View):
    """End a key at once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        """Revoke it and come back to the list."""
        services.revoke_api_token(token_id=token_id, user_id=user_of(request).pk)
        messages.success(request, _("Revoked."))
        return redirect("auth:tokens")
