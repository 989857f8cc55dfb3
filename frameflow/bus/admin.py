"""What was said and heard, for support: read-only, and one action, "Resend message"."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from frameflow.bus.models import InboxMessage, OutboxMessage
from frameflow.bus.outbox import send_again
from frameflow.site import ReadOnlyAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def aliases() -> list[str]:
    """Return the schemas that have an outbox and an inbox here, the first being the default."""
    return [context.alias for context in settings.ACTIVE_CONTEXTS]


def chosen_alias(request: HttpRequest) -> str:
    """Return the context that the list shows, or that the row was opened from."""
    opened_from = parse_qs(request.GET.get("_changelist_filters", "")).get("context", [""])
    wanted = request.GET.get("context") or opened_from[0]
    return wanted if wanted in aliases() else aliases()[0]


class ContextFilter(admin.SimpleListFilter):
    """Whose tables are shown: `ByContext.get_queryset` reads the choice."""

    title = _("context")
    parameter_name = "context"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, "StrOrPromise"]]:
        return [(alias, alias) for alias in aliases()[1:]]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        return [{**everything, "display": aliases()[0]}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


class OpenFilter(admin.SimpleListFilter):
    """Those that are not done, or not handled."""

    title = _("open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, "StrOrPromise"]]:
        return [("yes", _("Not done yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        end = "done_at" if queryset.model is OutboxMessage else "handled_at"
        return queryset.filter(**{end: None}) if self.value() else queryset


class ByContext(ReadOnlyAdmin):
    """Rows of the chosen context's schema."""

    list_filter = (ContextFilter, OpenFilter, "type")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.using(chosen_alias(request)).order_by(
            *self.ordering or ()
        )


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ByContext):
    """Messages that a context said."""

    list_display = (
        "type",
        "correlation_id",
        "attempts",
        "created_at",
        "done_at",
        "deliveries_in_words",
    )
    search_fields = ("correlation_id__exact", "id__exact")
    ordering = ("-created_at",)
    readonly_fields = ("deliveries_in_words",)
    actions = ("resend",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("deliveries")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """Look in every context: the id of a message is unique over all of them."""
        try:
            found = (OutboxMessage.objects.using(a).filter(pk=object_id).first() for a in aliases())
            return next((message for message in found if message), None)
        except ValidationError:
            return None

    @admin.display(description=_("deliveries"))
    def deliveries_in_words(self, message: OutboxMessage) -> str:
        """Return who has acknowledged, and who has not."""
        marks = (
            (each.consumer, "✓" if each.acked_at else "…") for each in message.deliveries.all()
        )
        return ", ".join(f"{consumer} {mark}" for consumer, mark in sorted(marks))

    @admin.action(description=_("Resend message"), permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Make the chosen messages due at once; each consumer recognises what it has heard."""
        ids = [message.pk for message in queryset]
        count = send_again(chosen_alias(request), ids)
        said = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", count)
        self.message_user(request, said % {"n": count}, messages.SUCCESS)


@admin.register(InboxMessage)
class InboxMessageAdmin(ByContext):
    """Messages that a context heard."""

    list_display = ("type", "correlation_id", "attempts", "received_at", "handled_at", "consumer")
    search_fields = ("correlation_id__exact", "message_id__exact")
    ordering = ("-received_at",)
