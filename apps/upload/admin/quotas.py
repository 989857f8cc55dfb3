"""How much space each owner uses."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.upload.models import Quota
from frameflow.pages.formats import size_in_words
from frameflow.site import Filter, ReadOnlyAdmin, aged, linked
from frameflow.site.elsewhere import listed


class ClosedFilter(Filter):
    """Owners whose account was closed, or not."""

    title = _("account")
    parameter_name = "account"
    options = (("open", _("Open")), ("closed", _("Closed")))

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(closed_at__isnull=value == "open")


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin):
    """One line for each owner, the largest first."""

    list_display = ("owner_id", "used", "their_videos", "age", "closed_at")
    list_filter = (ClosedFilter,)
    ordering = ("-used_bytes",)
    fields = ("owner", "used", "used_bytes", "their_videos", "created_at", "closed_at")
    readonly_fields = ("owner", "used", "their_videos")

    age = aged("created_at", _("age"))
    owner = linked("owner_id", "identity.user", _("owner"))

    @admin.display(description=_("used"), ordering="used_bytes")
    def used(self, quota: Quota) -> str:
        """Return the size in words."""
        return size_in_words(quota.used_bytes)

    @admin.display(description=_("videos"))
    def their_videos(self, quota: Quota) -> str:
        """Return a link to the owner's videos."""
        return listed("upload.video", _("Their videos"), q=quota.owner_id)
