"""The wish to be told of one video, as a piece of its page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from apps.auth import selectors, services
from apps.auth.views.asking import user_of


class NoticeView(LoginRequiredMixin, TemplateView):
    """Whether a person is told of an extraction, and a form to change that. The ids are what the
    page says: auth knows of no video, and a wish about somebody else's comes to nothing."""

    template_name = "identity/notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, extraction_id = user_of(self.request), self.kwargs["extraction_id"]
        is_told = selectors.is_told_of(user_id=user.pk, extraction_id=extraction_id)
        return super().get_context_data(
            is_told=is_told, is_told_of_all=user.wants_notices, **kwargs
        )

    def post(self, request: HttpRequest, video_id: UUID, extraction_id: UUID) -> HttpResponse:
        """Keep or forget the wish, and come back to the video."""
        mine = {"user_id": user_of(request).pk, "extraction_id": extraction_id}
        if "forget" in request.POST:
            services.forget_notice(**mine)
        else:
            services.ask_notice(**mine, at=timezone.now())
            messages.success(request, _("We will send you a mail when it is ready."))
        return redirect("upload:video", video_id)
