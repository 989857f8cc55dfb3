"""The links of one's own video: made, shown once, stopped; and what download keeps of a person."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from apps.download import selectors, services
from apps.download.forms import LONGEST_NAME, ShareForm
from frameflow.api.requests import owner_of, site_of
from frameflow.exceptions import Conflict
from frameflow.pages.personal import PersonalDataView, Row


class SharesView(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    """The links that there are, and a form for another one; `?name=` is what it offers to call
    the page."""

    template_name = "download/shares.html"
    form_class = ShareForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.request.GET.get("name", "")[:LONGEST_NAME]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = {"video_id": self.kwargs["video_id"], "owner_id": owner_of(self.request)}
        archive = selectors.get_archive(**mine)
        shares = selectors.list_shares(**mine, at=timezone.now())
        return super().get_context_data(archive=archive, shares=shares, **self.kwargs, **kwargs)

    def form_valid(self, form: ShareForm) -> HttpResponse:
        """Show the link on the page that answers: its token is kept nowhere."""
        mine = {"video_id": self.kwargs["video_id"], "owner_id": owner_of(self.request)}
        try:
            made = services.make_share(**mine, **form.cleaned_data, at=timezone.now())
        except Conflict as refusal:
            messages.error(self.request, f"{_(refusal.detail)} {_(refusal.action)}")
            return redirect("download:shares", mine["video_id"])
        address = site_of(self.request) + reverse("download:shared", args=[made.token])
        page = self.get_context_data(form=ShareForm(), made=made, address=address)
        return self.render_to_response(page, status=201)

    def form_invalid(self, form: ShareForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class StopShareView(LoginRequiredMixin, View):
    """End a link at once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, video_id: UUID, share_id: UUID) -> HttpResponse:
        """Stop it and come back to the list."""
        services.stop_share(share_id=share_id, video_id=video_id, owner_id=owner_of(request))
        messages.success(request, _("Stopped. That link does not work any more."))
        return redirect("download:shares", video_id)


class DataView(PersonalDataView):
    """What download keeps about a person."""

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        return selectors.personal_data(owner_id=owner_id)
