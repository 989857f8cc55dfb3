"""What a link shows to whoever has it: the name, the frames and the ZIP, and nothing of the owner.

No log in, no cookie, no form: a page that names itself to nobody (`no-referrer`) could send none,
since browsers then hide where a form comes from.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.views import View

from apps.download import selectors
from apps.download.api.contents import image_content, thumb_content, zip_response
from apps.download.models import Share
from apps.download.selectors import Frame
from apps.download.views.frames import Gallery, zip_name
from frameflow.api.objects import no_link, object_response
from frameflow.api.problems import Problem
from frameflow.api.throttling import wait_s
from frameflow.exceptions import FrameFlowError
from frameflow.pages.errors import answer
from frameflow.storage import store

#: The address is the key: no search engine keeps it, and no other site is told of it.
HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


class Shared(View):
    """Finds the open link of a token; all others are answered alike, and nobody asks for ever."""

    http_method_names = ["get", "head"]
    throttle_scope = "share"
    share: Share

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer whoever has the link, and nobody who has not."""
        if (language := request.GET.get("language")) in dict(settings.LANGUAGES):
            translation.activate(str(language))
        response = self._answer(request, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    def _answer(self, request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        if left_s := wait_s(request, self):
            return answer(request, Problem.of_status(429, retry_after_s=left_s), is_bare=True)
        try:
            self.share = selectors.get_shared(token=token, at=timezone.now())
            return super().dispatch(request, token=token, **kwargs)
        except FrameFlowError as refusal:
            return answer(request, Problem.of_error(refusal), is_bare=True)

    def frames(self) -> Sequence[Frame]:
        """Return the frames of the result that was shared, and of no other."""
        return selectors.manifest_of(archive=self.share.archive).frames


class SharedView(Shared, Gallery):
    """The page that a link opens."""

    template_name = "download/shared.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        where = {"token": self.kwargs["token"]}
        return super().get_context_data(
            share=self.share,
            manifest=selectors.manifest_of(archive=self.share.archive),
            zip=reverse("download:shared-zip", kwargs=where),
            place=reverse("download:shared", kwargs=where) + "frames/",
            languages=settings.LANGUAGES,
            **kwargs,
        )


class SharedZipView(Shared):
    """The ZIP. Never by a link of the store: that would name the owner's id in its path, and open
    for minutes after this one was stopped."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Return it, whole or in part."""
        name = zip_name(self.share.name)
        return zip_response(request, self.share.archive, name, link=no_link)


class SharedImageView(Shared):
    """The image of a frame."""

    def get(self, request: HttpRequest, token: str, index: int) -> HttpResponseBase:
        """Return it as the owner gets it."""
        content = image_content(selectors.frame_of(frames=self.frames(), index=index))
        return object_response(request, content, read=store().read)


class SharedThumbView(Shared):
    """The small image of a frame."""

    def get(self, request: HttpRequest, token: str, index: int) -> HttpResponseBase:
        """Return it as the owner gets it."""
        content = thumb_content(selectors.frame_of(frames=self.frames(), index=index))
        return object_response(request, content, read=store().read)
