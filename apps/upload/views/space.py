"""What a person has here, as pieces of the settings, and what upload keeps about them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from apps.upload import selectors
from frameflow.api.requests import owner_of
from frameflow.pages.personal import PersonalDataView, Row


class SpaceView(LoginRequiredMixin, TemplateView):
    """A bar, the videos that take most, and how long files are kept where that has an end."""

    template_name = "upload/space.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owner_id = owner_of(self.request)
        return super().get_context_data(
            used_bytes=selectors.get_used_bytes(owner_id=owner_id),
            quota_bytes=settings.QUOTA_BYTES,
            biggest=selectors.list_biggest(owner_id=owner_id),
            retention_days=settings.RETENTION_DAYS,
            **kwargs,
        )


class BelongingsView(LoginRequiredMixin, TemplateView):
    """What goes when the account goes."""

    template_name = "upload/belongings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owner_id = owner_of(self.request)
        return super().get_context_data(
            count=selectors.count_videos(owner_id=owner_id),
            used_bytes=selectors.get_used_bytes(owner_id=owner_id),
            **kwargs,
        )


class DataView(PersonalDataView):
    """What upload keeps about a person."""

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        return selectors.personal_data(owner_id=owner_id)
