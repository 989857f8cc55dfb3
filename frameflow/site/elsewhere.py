"""Where an extraction is seen from another side: links by its id, to lists and pages of others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frameflow.site.columns import Column, link_to

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SIDES: tuple[tuple[str, "StrOrPromise"], ...] = (
    ("upload.extraction", _("Extraction")),
    ("orchestration.saga", _("Timeline")),
    ("processing.processingjob", _("Work")),
    ("download.archive", _("ZIP")),
)
_MESSAGES: tuple[tuple[str, "StrOrPromise"], ...] = (
    ("bus.outboxmessage", _("Said by")),
    ("bus.inboxmessage", _("Heard by")),
)


def elsewhere(field: str) -> Column:
    """Return a column with the links of an extraction, whose id is in the field."""

    @admin.display(description=_("also see"))
    def links(row: Any) -> str:
        extraction_id = getattr(row, field)
        here = row._meta.label_lower
        return format_html_join(
            " · ",
            "{}",
            ((link_to(to, extraction_id, str(name)),) for to, name in _SIDES if to != here),
        )

    return staticmethod(links)


def conversation(field: str) -> Column:
    """Return a field with the messages about an extraction, by context."""

    @admin.display(description=_("messages"))
    def links(row: Any) -> str:
        return format_html_join("", "<p>{}: {}</p>", _lines(getattr(row, field)))

    return staticmethod(links)


def _lines(extraction_id: UUID) -> Iterator[tuple[Any, str]]:
    for of, said in _MESSAGES:
        links = (
            (list_of(of, q=extraction_id, context=each.alias), each.name)
            for each in settings.ACTIVE_CONTEXTS
        )
        yield said, format_html_join(", ", '<a href="{}">{}</a>', links)


def list_of(model: str, **query: Any) -> str:
    """Return the address of the list of an `app.model` with a query; empty where there is none."""
    try:
        there = reverse(f"admin:{model.replace('.', '_')}_changelist")
    except NoReverseMatch:
        return ""
    return f"{there}?{urlencode(query)}"


def listed(model: str, text: "StrOrPromise", **query: Any) -> str:
    """Return a link to a list, or the plain text where there is none."""
    address = list_of(model, **query)
    return format_html('<a href="{}">{}</a>', address, text) if address else str(text)
