"""The page of one video, and the piece of it that changes."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from apps.upload import selectors
from apps.upload.api.documents import video_document
from apps.upload.forms import NameForm
from apps.upload.models import Group, Video
from apps.upload.views import words
from apps.upload.views.steps import steps
from frameflow.api.requests import owner_of


class VideoPage(LoginRequiredMixin, TemplateView):
    """A page about a video of the person who asks."""

    video: Video

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Find the video; whoever is not logged in is sent to the log in page first."""
        if request.user.is_authenticated:
            owner_id = owner_of(request)
            self.video = selectors.get_video(video_id=kwargs["video_id"], owner_id=owner_id)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = video_document(self.video, self.request)
        return super().get_context_data(video=self.video, document=document, **kwargs)


class PanelView(VideoPage):
    """What changes while a video is worked on; the page fetches it again at each event."""

    template_name = "upload/panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        document, ready = context["document"], self.video.newest_ready()
        shown = self.video.shown()
        return {
            **context,
            "is_at_work": document["status"] in Group.IN_PROGRESS.statuses,
            "seen": words.seen(document),
            "facts": words.facts(document, ready),
            "sentence": words.sentence(document, self.video),
            "kept_until": words.kept_until(self.video),
            "steps": steps(document, self.video),
            "result": words.result(ready),
            "warnings": [words.warning(each) for each in document["warnings"]],
            "extraction_id": shown.pk if shown else None,
            "can_extract": (can_extract := words.can_extract(self.video, document)),
            "needs_options": can_extract and words.helped_by_options(document),
        }


class VideoDetailView(PanelView):
    """Where a video stands, its frames, and what may be done with it."""

    template_name = "upload/video.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rename = NameForm(initial={"name": self.video.name})
        return {**context, "rename": rename}
