"""What every page of an aggregate shares: it shows, quickly, and changes nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frameflow.site.needle import Needle
from frameflow.site.paging import CappedPaginator

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Base = admin.ModelAdmin[models.Model]
    InlineBase = admin.TabularInline[models.Model, models.Model]
else:
    Base = admin.ModelAdmin
    InlineBase = admin.TabularInline


@dataclass(frozen=True)
class Shortcut:
    """A list that support often wants, on the first page: a label, and the query of the list."""

    label: "StrOrPromise"
    query: str


class ReadOnlyAdmin(Base):
    """Lists and shows to those who may view; adds, changes and deletes nothing.

    Made for a hundred thousand rows: pages are counted to a limit, filters count nothing, and a
    search looks at `id_fields` by their indexes.
    """

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    change_form_template = "admin/object.html"
    search_help_text = _("A support code, or an id or its first eight digits.")

    #: Columns of ids that a search looks at; each needs an index.
    id_fields: ClassVar[tuple[str, ...]] = ("pk",)
    #: In which order the first page's search asks; None: it does not.
    search_rank: ClassVar[int | None] = None
    shortcuts: ClassVar[tuple[Shortcut, ...]] = ()

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.id_fields

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(self.matching(Needle.of(search_term))), False

    def matching(self, needle: Needle) -> Q:
        """Return which rows a search means."""
        return needle.within(*self.id_fields)

    def found(self, request: HttpRequest, needle: Needle) -> list[Any]:
        """Return the keys of the first two rows that the first page's search means here."""
        rows = self.get_queryset(request).filter(self.matching(needle))
        return list(rows.order_by().values_list("pk", flat=True)[:2])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied  # before Django opens a transaction for it
        return super().changeform_view(request, *args, **more)

    def delete_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        raise PermissionDenied

    def history_view(self, request: HttpRequest, object_id: str, *_: Any) -> HttpResponse:
        """Lead to the journal: its table is not a context's."""
        journal = reverse("admin:admin_logentry_changelist")
        return HttpResponseRedirect(f"{journal}?q={object_id}")


class ReadOnlyInline(InlineBase):
    """Shows the rows that belong to an object."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
