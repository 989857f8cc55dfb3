"""The list of a person's videos."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from apps.upload import selectors
from apps.upload.api.documents import video_document
from apps.upload.models import Group, Video
from apps.upload.views import words
from frameflow.api.requests import owner_of

ORDERS = {
    "-created_at": _("Newest first"),
    "created_at": _("Oldest first"),
    "name": _("By name"),
    "-size_bytes": _("Largest first"),
}
EMPTY = {
    Group.IN_PROGRESS: _("Nothing is being worked on."),
    Group.READY: _("No video is ready yet."),
    Group.FAILED: _("Nothing failed. Good."),
}


class VideoListView(LoginRequiredMixin, ListView):  # type: ignore[type-arg]
    """Tabs, search, order and pages; all of it stands in the address."""

    template_name = "upload/videos.html"
    paginate_by = 20

    def get_queryset(self) -> Any:
        return selectors.list_videos(
            owner_id=owner_of(self.request),
            statuses=self.tab.statuses,
            search=self.search,
            ordering=self.order,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        owner_id = owner_of(self.request)
        counts = selectors.count_by_group(owner_id=owner_id, search=self.search)
        return {
            **context,
            "rows": [row(video, self.request) for video in context["object_list"]],
            "tabs": [(group.value, group.label, counts[group]) for group in Group],
            "tab": self.tab.value,
            "orders": ORDERS.items(),
            "order": self.order,
            "search": self.search,
            "empty": EMPTY.get(self.tab, ""),
            "has_videos": counts[Group.ALL] > 0 or bool(self.search),
            "is_moving": counts[Group.IN_PROGRESS] > 0,
            "events": self._events(context["page_obj"].number),
        }

    def _events(self, page: int) -> str:
        """Return the address of the live news of the rows that this page shows."""
        asked: dict[str, list[str]] = {
            "search": [self.search],
            "ordering": [self.order],
            "page": [str(page)],
            "status": [] if self.tab is Group.ALL else list(self.tab.statuses),
        }
        return f"{reverse('events')}?{urlencode(asked, doseq=True)}"

    @property
    def tab(self) -> Group:
        wanted = self.request.GET.get("show", "")
        return Group(wanted) if wanted in Group.values else Group.ALL

    @property
    def order(self) -> str:
        wanted = self.request.GET.get("order", "")
        return wanted if wanted in ORDERS else selectors.NEWEST_FIRST

    @property
    def search(self) -> str:
        # No name holds a NUL, and PostgreSQL takes none.
        return self.request.GET.get("search", "").replace("\0", "").strip()


def row(video: Video, request: HttpRequest) -> dict[str, Any]:
    """Return what a line of the list shows."""
    document = video_document(video, request)
    is_at_work = document["status"] in Group.IN_PROGRESS.statuses
    return {
        "video": video,
        "document": document,
        "is_at_work": is_at_work,
        "can_extract": words.can_extract(video, document) and not is_at_work,
        "seen": f"{video.pk} {words.seen(document)}",
        "sentence": words.sentence(document, video) or (document["error"] or {}).get("title", ""),
        "facts": words.facts(document),
        "kept_until": words.kept_until(video),
    }
