"""What happened to a video, as a piece of its page."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from apps.orchestration import selectors
from apps.orchestration.views.words import told
from frameflow.api.requests import owner_of
from frameflow.pages.personal import PersonalDataView, Row


class TimelineView(LoginRequiredMixin, TemplateView):
    """The story of each extraction, the newest first."""

    template_name = "orchestration/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sagas = selectors.list_sagas_of_video(
            video_id=self.kwargs["video_id"], owner_id=owner_of(self.request)
        )
        stories = [[line for row in saga.history.all() for line in told(row)] for saga in sagas]
        return super().get_context_data(stories=stories, **kwargs)


class DataView(PersonalDataView):
    """What orchestration keeps about a person."""

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        return selectors.personal_data(owner_id=owner_id)
