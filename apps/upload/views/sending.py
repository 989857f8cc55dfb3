"""The start page: choose a video, choose the options, send."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.upload import selectors
from apps.upload.exceptions import BadOptions, FileMissing
from apps.upload.forms import OptionsForm
from apps.upload.models.source_type import EXTENSIONS
from apps.upload.receiving import take_in
from apps.upload.views import words
from apps.upload.views.listing import row
from frameflow.api.requests import owner_of
from frameflow.contracts import Options
from frameflow.exceptions import FrameFlowError

RECENT = 3


@method_decorator(csrf_exempt, "dispatch")  # the token is looked at while the form comes in
class HomeView(View):
    """The form for whoever is logged in; a welcome for everybody else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return render(request, "upload/welcome.html", _words())
        return render(request, "upload/home.html", _home(request, OptionsForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a video in and go to its page; else the form again, with what was wrong."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        wishes = Wishes()
        try:
            video = take_in(request, owner_id=owner_of(request), options_from=wishes.options_from)
        except FrameFlowError as refusal:
            if refusal.status >= 500:
                raise
            page = _home(request, wishes.form, _warning(refusal))
            return render(request, "upload/home.html", page, status=refusal.status)
        return redirect("upload:video", video.pk)


class Wishes:
    """The options in the form that is coming in; kept to show them again."""

    def __init__(self) -> None:
        self.form = OptionsForm()

    def options_from(self, fields: QueryDict) -> Options:
        """Return the options; `BadOptions` where the form tells what is wrong."""
        self.form = OptionsForm(fields)
        if not self.form.is_valid():
            raise BadOptions
        return self.form.options()


def _warning(refusal: FrameFlowError) -> str:
    """Return what a person does; of the fields of a request only programs want to hear."""
    if isinstance(refusal, FileMissing):
        return _("Choose a video first.")
    return f"{_(refusal.title)} {_(refusal.action)}"


def _words() -> dict[str, Any]:
    return {"every": words.every(float(settings.FRAME_INTERVAL_S))}


def _home(request: HttpRequest, form: OptionsForm, warning: str = "") -> dict[str, Any]:
    owner_id = owner_of(request)
    recent = selectors.list_videos(owner_id=owner_id)[:RECENT]
    return {
        **_words(),
        "form": form,
        "warning": warning,
        "max_bytes": settings.MAX_UPLOAD_BYTES,
        "max_frames": settings.MAX_FRAMES,
        "quota_bytes": settings.QUOTA_BYTES,
        "used_bytes": selectors.get_used_bytes(owner_id=owner_id),
        "max_runs": settings.MAX_RUNS_AT_WORK,
        "runs": selectors.count_runs_at_work(owner_id=owner_id),
        "accept": ",".join(["video/*", *(f".{each}" for each in sorted(EXTENSIONS))]),
        "recent": [row(video, request) for video in recent],
    }
