"""The journal: what members of staff did, and why."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from frameflow.site.columns import aged, link_to, linked
from frameflow.site.needle import NOTHING, Needle
from frameflow.site.readonly import ReadOnlyAdmin

admin.site.unregister(Group)  # the one group is made by code: see `groups.py`


@admin.register(LogEntry)
class JournalAdmin(ReadOnlyAdmin):
    """One line for each object and wish."""

    list_display = ("action_time", "age", "who", "object", "change_message")
    list_display_links = ("action_time",)
    ordering = ("-pk",)
    search_help_text = _("The id of an object, or of a member of staff.")
    fields = ("action_time", "who", "content_type", "object", "object_id", "change_message")
    readonly_fields = ("who", "object")

    age = aged("action_time", _("age"))
    who = linked("user_id", "identity.user", _("member of staff"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("content_type")

    def matching(self, needle: Needle) -> Q:
        """Return the lines about an object, or by a person."""
        if not needle.ids:
            return NOTHING
        first, last = needle.ids
        return Q(object_id__range=(str(first), str(last))) | needle.within("user_id")

    @admin.display(description=_("object"))
    def object(self, entry: LogEntry) -> str:
        """Return a link to what it was done to."""
        kind = entry.content_type
        to = f"{kind.app_label}.{kind.model}" if kind else ""
        return link_to(to, entry.object_id, f"{kind.model if kind else ''} {entry.object_repr}")
