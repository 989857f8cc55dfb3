"""Several videos at once: a page that says which they are and asks, then what came of each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from apps.upload import selectors, services
from apps.upload.forms import OptionsForm
from apps.upload.models import Video
from apps.upload.views.listing import row
from apps.upload.views.words import in_words
from frameflow.api.requests import owner_of
from frameflow.contracts import Options
from frameflow.exceptions import FrameFlowError

WISHES = ("zips", "again", "delete")
#: As many as a page of the list shows.
MOST = 20


class ChosenView(LoginRequiredMixin, View):
    """`?video=…&video=…&wish=delete`: GET asks, POST does it to each that may have it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the videos; those that are gone or somebody else's are not among them."""
        if request.user.is_authenticated:
            self.owner_id = owner_of(request)
            asked = request.POST if request.method == "POST" else request.GET
            self.videos = _found(asked.getlist("video")[:MOST], self.owner_id)
            self.wish = asked.get("wish", "")
            if not self.videos or self.wish not in WISHES:
                messages.info(request, _("Choose one video or more first."))
                return redirect("upload:videos")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what would be done to which."""
        return self._page(request, form=OptionsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it, and tell of each; a ZIP is downloaded by its own link."""
        form = OptionsForm(request.POST)
        if self.wish == "zips":
            return self.get(request)
        if self.wish == "again" and not form.is_valid():
            return self._page(request, status=422, form=form)
        options = form.options() if self.wish == "again" else None
        outcomes = [(video.name, self._ask(video, options)) for video in self.videos]
        return self._page(request, outcomes=outcomes)

    def _ask(self, video: Video, options: Options | None) -> str:
        """Do it to one; return what came of it, in words."""
        try:
            if options is None:
                services.delete_video(video_id=video.pk)
                return _("Deleted.")
            services.extract_again(video_id=video.pk, options=options)
            return _("Started.")
        except FrameFlowError as refusal:
            return in_words(refusal)

    def _page(self, request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
        rows = [row(video, request) for video in self.videos]
        documents = [each["document"] for each in rows]
        page = {
            "rows": rows,
            "wish": self.wish,
            "total_bytes": sum(each["size_bytes"] for each in documents),
            "zips_bytes": sum(each["result"]["zip_bytes"] for each in documents if each["result"]),
        }
        return render(request, f"upload/chosen_{self.wish}.html", {**page, **more}, status=status)


def _found(names: list[str], owner_id: UUID) -> list[Video]:
    """Return the owner's videos of these ids, in the order of the list."""
    ids = [found for each in names if (found := _id(each))]
    return list(selectors.list_videos(owner_id=owner_id).filter(pk__in=ids))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
