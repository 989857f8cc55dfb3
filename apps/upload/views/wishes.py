"""What a person may ask of a video by a form; each calls the service that the API calls."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from apps.upload import selectors, services
from apps.upload.exceptions import LimitReached
from apps.upload.forms import NameForm, OptionsForm, initial_of
from apps.upload.models import Video, VideoState
from apps.upload.views.video import VideoPage
from apps.upload.views.words import in_words
from frameflow.api.requests import owner_of
from frameflow.exceptions import Conflict


class WishView(LoginRequiredMixin, View):
    """A POST about one's own video that leads back to its page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, video_id: UUID) -> HttpResponse:
        """Do it; where the video has moved on meanwhile, its page shows how it stands."""
        selectors.get_video(video_id=video_id, owner_id=owner_of(request))
        try:
            video = self.ask(request, video_id)
        except Conflict:
            messages.info(request, _("This had already changed. Here is how it stands now."))
            return redirect("upload:video", video_id)
        except LimitReached as refusal:
            messages.error(request, in_words(refusal))
            return redirect("upload:video", video_id)
        if video.state == VideoState.DELETED:
            return redirect("upload:videos")
        return redirect("upload:video", video_id)

    def ask(self, request: HttpRequest, video_id: UUID) -> Video:
        """Call the service; return the video as it is afterwards."""
        raise TypeError(f"{type(self).__name__} asks for nothing")


class CancelView(WishView):
    """Stop the extraction at work; the video is kept."""

    def ask(self, request: HttpRequest, video_id: UUID) -> Video:
        return services.cancel_video(video_id=video_id)


class RetryView(WishView):
    """Try the newest extraction again; the form names the run that it answers."""

    def ask(self, request: HttpRequest, video_id: UUID) -> Video:
        run = request.POST.get("run", "")
        return services.retry_extraction(
            video_id=video_id, run=int(run) if run.isdecimal() and len(run) < 10 else None
        )


class RenameView(WishView):
    """Give a video another name."""

    def ask(self, request: HttpRequest, video_id: UUID) -> Video:
        form = NameForm(request.POST)
        if form.is_valid():
            return services.rename_video(video_id=video_id, name=form.cleaned_data["name"])
        messages.error(request, _("A name is needed."))
        return selectors.get_video(video_id=video_id, owner_id=owner_of(request))


class AgainView(VideoPage, FormView):  # type: ignore[type-arg]
    """Extract again, with other options."""

    template_name = "upload/again.html"
    form_class = OptionsForm

    def get_initial(self) -> dict[str, Any]:
        shown = self.video.shown()
        return initial_of(shown.options) if shown else {}

    def form_valid(self, form: OptionsForm) -> HttpResponse:
        try:
            services.extract_again(video_id=self.video.pk, options=form.options())
        except Conflict as refusal:
            messages.info(self.request, _(refusal.action))
        except LimitReached as refusal:
            messages.error(self.request, in_words(refusal))
        return redirect("upload:video", self.video.pk)

    def form_invalid(self, form: OptionsForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class DeleteView(VideoPage):
    """Asks once more, then deletes everything."""

    template_name = "upload/delete.html"

    def post(self, request: HttpRequest, video_id: UUID) -> HttpResponse:
        """Delete the video, its frames and its ZIP; running work is cancelled."""
        services.delete_video(video_id=video_id)
        messages.success(request, _("Deleted: the video, its frames and its ZIP."))
        return redirect("upload:videos")
