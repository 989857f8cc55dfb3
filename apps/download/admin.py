"""The Archives, for support staff."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.download.archive import State
from apps.download.models import Archive, Share
from frameflow.pages.formats import size_in_words
from frameflow.site import Filter, ReadOnlyAdmin, aged, chip, linked, masked_name
from frameflow.site.elsewhere import conversation, elsewhere


class StateFilter(Filter):
    """Whether there is something to download."""

    title = _("state")
    parameter_name = "state"
    options = tuple((each.value, each.value) for each in State)

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(state=value)


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """One line for each extraction."""

    list_display = (
        "code", "video", "owner", "extraction_no", "run", "state_chip", "outcome", "frames", "size",
        "age", "ready_at", "expires_at",
    )  # fmt: skip
    list_filter = (StateFilter,)
    ordering = ("-created_at",)
    id_fields = ("pk", "video_id", "owner_id")
    fields = readonly_fields = (
        "extraction_id", "state_chip", "outcome", "video", "owner", "extraction_no", "run",
        "frames", "image_format", "size", "zip_bytes", "zip_sha256", "zip_key", "manifest_key",
        "links", "messages", "created_at", "ready_at", "extended_at", "expires_at", "updated_at",
    )  # fmt: skip

    age = aged("created_at", _("age"))
    video = linked("video_id", "upload.video", _("video"))
    owner = linked("owner_id", "identity.user", _("owner"))
    links = elsewhere("pk")
    messages = conversation("pk")

    @admin.display(description=_("extraction"), ordering="pk")
    def code(self, archive: Archive) -> str:
        """Return the digits of the support code."""
        return str(archive.pk)[:8]

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, archive: Archive) -> str:
        """Return the state in colour."""
        return chip(archive.state, archive.state)

    @admin.display(description=_("size"), ordering="zip_bytes")
    def size(self, archive: Archive) -> str:
        """Return the size of the ZIP in words."""
        return size_in_words(archive.zip_bytes) if archive.zip_bytes else ""


@admin.register(Share)
class ShareAdmin(ReadOnlyAdmin):
    """Links to results, for whoever has them: the beginning of each; nobody has the rest."""

    list_display = ("code", "prefix", "archive_link", "masked_name", "age", "expires_at")
    ordering = ("-expires_at",)
    id_fields = ("pk", "archive_id")
    fields = readonly_fields = (
        "id", "prefix", "archive_link", "masked_name", "created_at", "expires_at",
    )  # fmt: skip

    age = aged("created_at", _("age"))
    archive_link = linked("archive_id", "download.archive", _("ZIP"))

    @admin.display(description=_("id"), ordering="pk")
    def code(self, share: Share) -> str:
        """Return the first digits of the id."""
        return str(share.pk)[:8]

    @admin.display(description=_("name"))
    def masked_name(self, share: Share) -> str:
        """Return the ending of the page's name and its length."""
        return masked_name(share.name)
