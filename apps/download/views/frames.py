"""The frames of a video: the gallery, the first of them for the video's page, the ZIP."""

import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from apps.download import selectors
from apps.download.api.contents import zip_response
from apps.download.selectors import Frame, FramesSoFar
from frameflow.api.requests import owner_of
from frameflow.pages.formats import clock, seconds_of_clock

PER_PAGE = 200
IN_STRIP = 12
NAME_LENGTH = 100
ENDING = "-frames.zip"


class Gallery(TemplateView):
    """All frames, in pages of two hundred; `?t=1:30` leads to the page that holds that moment."""

    def frames(self) -> Sequence[Frame]:
        """Return the frames, or those stored so far."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at_s = seconds_of_clock(request.GET.get("t", ""))
        if at_s is None:
            return super().get(request, *args, **kwargs)
        index = _index_at(self.frames(), float(at_s))
        query = request.GET.copy()
        del query["t"]
        query["page"] = str(_page_of(index))
        return redirect(f"{request.path}?{query.urlencode()}#frame-{index}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frames = self.frames()
        page = Paginator(frames, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page, total=len(frames), is_moving=is_moving(frames), **kwargs
        )


class OwnFrames(LoginRequiredMixin, TemplateView):
    """A page about the frames of one's own video."""

    def frames(self) -> Sequence[Frame]:
        """Return the frames, or those stored so far; refusals become pages in words."""
        video_id = self.kwargs["video_id"]
        return selectors.list_frames(video_id=video_id, owner_id=owner_of(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the images are (`place`), and where the pages about them are (`pages`)."""
        video = {"video_id": self.kwargs["video_id"]}
        where = {
            "place": reverse("video-frames", kwargs=video),
            "pages": reverse("download:gallery", kwargs=video),
        }
        return super().get_context_data(**where, **kwargs)


class GalleryView(OwnFrames, Gallery):
    """All frames of one's own video."""

    template_name = "download/gallery.html"


class StripView(OwnFrames):
    """The first frames, or the newest while more are coming: a piece of the video's page."""

    template_name = "download/strip.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frames = self.frames()
        moving = is_moving(frames)
        shown = frames[-IN_STRIP:] if moving else frames[:IN_STRIP]
        return super().get_context_data(
            frames=shown,
            total=len(frames),
            is_moving=moving,
            more=len(frames) > IN_STRIP,
            per_page=PER_PAGE,
            **kwargs,
        )


class FrameView(OwnFrames):
    """One frame with its neighbours: where a thumbnail leads without scripts."""

    template_name = "download/frame.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frames, index = self.frames(), self.kwargs["index"]
        frame = selectors.frame_of(frames=frames, index=index)
        return super().get_context_data(
            frame=frame,
            name=_name(frame),
            total=len(frames),
            page=_page_of(index),
            before=index - 1,
            after=index + 1 if index < len(frames) else None,
            **kwargs,
        )


class ZipView(LoginRequiredMixin, View):
    """The ZIP as the API gives it; `?name=` is what the person's browser will call it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, video_id: UUID) -> HttpResponseBase:
        """Return the ZIP, whole or in part; files that are downloaded live longer."""
        archive = selectors.get_archive(video_id=video_id, owner_id=owner_of(request))
        return zip_response(request, archive, zip_name(request.GET.get("name", "")))


def is_moving(frames: Sequence[Frame]) -> bool:
    """Return whether more frames are coming."""
    return isinstance(frames, FramesSoFar)


def _page_of(index: int) -> int:
    return (index - 1) // PER_PAGE + 1


def _name(frame: Frame) -> str:
    if frame.requested_s is None:
        return _("Frame {n}").format(n=frame.index)
    return _("Frame at {at}").format(at=clock(frame.requested_s))


def _index_at(frames: Sequence[Frame], at_s: float) -> int:
    """Return the number of the last frame that was asked for at or before a moment."""
    before = [each.index for each in frames if each.requested_s is not None]
    reached = [n for n in before if (frames[n - 1].requested_s or 0) <= at_s]
    return reached[-1] if reached else 1


def zip_name(name: str) -> str:
    """Return what to call the ZIP of a video of this name: no path, nothing that cannot be seen;
    empty where nothing is left of the name."""
    base = name.replace("\\", "/").rpartition("/")[2]
    stem = base.rpartition(".")[0] or base
    kept = "".join(each for each in stem if each == " " or unicodedata.category(each)[0] in "LNPSM")
    safe = kept.replace('"', "").strip(" .")[: NAME_LENGTH - len(ENDING)].rstrip(" .")
    return f"{safe}{ENDING}" if safe else ""
