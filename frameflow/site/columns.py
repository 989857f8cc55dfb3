"""What stands in a column or a field of several pages: links, chips, ages, JSON."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from frameflow.pages.formats import ago_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: A function of the row alone, though it stands in a class.
Column: TypeAlias = "staticmethod[[Any], str]"


class Filter(admin.SimpleListFilter):
    """A filter with fixed choices, so that no list of them is asked of the database."""

    options: Sequence[tuple[str, "StrOrPromise"]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, "StrOrPromise"]]:
        return list(self.options)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _label in self.lookup_choices}
        chosen = self.value()
        return self.chosen(queryset, chosen) if chosen in known else queryset

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows of one choice."""
        raise NotImplementedError


def linked(field: str, to: str, description: "StrOrPromise") -> Column:
    """Return a column that links to an object by its id, which may be another context's: by its
    address alone, so it stays plain where that context is not served here."""

    @admin.display(description=description, ordering=field)
    def link(row: Any) -> str:
        value = getattr(row, field)
        return link_to(to, value, str(value)[:8] if value else "")

    return staticmethod(link)


def link_to(to: str, pk: Any, text: "StrOrPromise") -> str:
    """Return a link to the page of an object of `app.model`."""
    try:
        address = reverse(f"admin:{to.replace('.', '_')}_change", args=[pk])
    except NoReverseMatch:
        return str(text)
    return format_html('<a href="{}" title="{}">{}</a>', address, pk, text)


def chip(status: str, words: "StrOrPromise") -> str:
    """Return a status in words, with a colour."""
    return format_html('<span class="chip {}">{}</span>', status, words)


def aged(field: str, description: "StrOrPromise") -> Column:
    """Return a column with the age of a moment, the moment itself on it."""

    @admin.display(description=description, ordering=field)
    def age(row: Any) -> str:
        return age_of(getattr(row, field))

    return staticmethod(age)


def age_of(at: datetime | None) -> str:
    """Return `2 hours ago`, or nothing."""
    if at is None:
        return ""
    words = ago_in_words(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), at, words)


def pretty(field: str, description: "StrOrPromise") -> Column:
    """Return JSON, or a long text, to be read: in lines, scrollable by keyboard."""

    @admin.display(description=description)
    def text(row: Any) -> str:
        value = getattr(row, field)
        if value in (None, "", [], {}):
            return ""
        if not isinstance(value, str):
            value = json.dumps(value, indent=2, ensure_ascii=False, cls=DjangoJSONEncoder)
        return format_html(
            '<pre tabindex="0" role="region" aria-label="{}">{}</pre>', description, value
        )

    return staticmethod(text)
