"""What was said and heard, for support: read-only, and one wish, "Resend message"."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from frameflow.bus.ledger import ledger_of
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import message_classes
from frameflow.site import (
    Filter,
    Needle,
    ReasonForm,
    Shortcut,
    Wish,
    WishesAdmin,
    aged,
    linked,
    pretty,
)
from frameflow.site.columns import link_to
from frameflow.site.elsewhere import list_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: From this many tries on something is wrong with the way, not with the moment.
MANY_TRIES = 5


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


class OpenFilter(Filter):
    """What is not done: not acknowledged by all, or not handled; and what went wrong with it."""

    title = _("open")
    parameter_name = "open"
    options = (("yes", _("Not done yet")), ("failed", _("Not done, and failed")))
    ends = {OutboxMessage: "done_at", OutboxDelivery: "acked_at", InboxMessage: "handled_at"}
    failed = {
        OutboxMessage: Q(attempts__gte=MANY_TRIES),
        OutboxDelivery: Q(message__attempts__gte=MANY_TRIES),
        InboxMessage: ~Q(last_error=""),
    }

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        still_open = queryset.filter(**{self.ends[queryset.model]: None})
        return still_open.filter(self.failed[queryset.model]) if value == "failed" else still_open


class TypeFilter(Filter):
    """The type of a message, from the catalogue."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, "StrOrPromise"]]:
        return [(each.type, each.type) for each in message_classes()]

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(type=value)


class ByContext(WishesAdmin):
    """Rows of the chosen context's schema."""

    list_filter: ClassVar[tuple[type[admin.SimpleListFilter], ...]] = (
        ContextFilter,
        OpenFilter,
        TypeFilter,
    )
    search_help_text = _("An id of a message or of an extraction, or its first eight digits.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.using(chosen_alias(request)).order_by(
            *self.ordering or ()
        )

    def kept_query(self, request: HttpRequest) -> dict[str, str]:
        return {"context": chosen_alias(request)}


def resend(message: OutboxMessage, form: ReasonForm) -> None:
    """Make a message due at once; each consumer recognises what it has heard."""
    ledger_of(message._state.db or "").send_again([message.pk])


class Conversation:
    """What the two sides of a message show alike."""

    @admin.display(description=_("extraction"), ordering="correlation_id")
    def extraction(self, message: OutboxMessage | InboxMessage) -> str:
        """Return a link to all messages of the same side about the same extraction."""
        about = message.correlation_id
        address = list_of(message._meta.label_lower, q=about, context=message._state.db)
        return format_html('<a href="{}" title="{}">{}</a>', address, about, str(about)[:8])


@admin.register(OutboxMessage)
class OutboxMessageAdmin(Conversation, ByContext):
    """Messages that a context said."""

    list_display = ("type", "extraction", "attempts", "age", "done_at", "deliveries_in_words")
    id_fields = ("correlation_id", "pk")
    ordering = ("-created_at",)
    search_rank = 4
    shortcuts = (Shortcut(_("Messages not done"), "open=yes"),)
    fields = readonly_fields = (
        "id", "type", "version", "producer", "extraction", "correlation_id", "causation_id",
        "payload_text", "occurred_at", "created_at", "attempts", "next_attempt_at", "done_at",
        "deliveries_in_words",
    )  # fmt: skip
    asked_display = ("type", "extraction", "age", "deliveries_in_words")
    wishes = (
        Wish(
            name="resend",
            label=_("Resend message"),
            meaning=_("Each message is sent again at once. Who has heard it already ignores it."),
            permission="bus.resend_outboxmessage",
            grant=resend,
        ),
    )

    age = aged("created_at", _("age"))
    payload_text = pretty("payload", _("payload"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("deliveries")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """Look in every context: the id of a message is unique over all of them."""
        try:
            return next(self._everywhere(Q(pk=object_id)), None)
        except ValidationError:
            return None

    def found(self, request: HttpRequest, needle: Needle) -> list[Any]:
        """Find a message by its own id, in every context."""
        return [message.pk for message in self._everywhere(needle.within("pk"))][:2]

    def _everywhere(self, which: Q) -> Iterator[OutboxMessage]:
        for alias in aliases():
            yield from OutboxMessage.objects.using(alias).filter(which)[:2]

    @admin.display(description=_("deliveries"))
    def deliveries_in_words(self, message: OutboxMessage) -> str:
        """Return who has acknowledged, and who has not."""
        marks = (
            (each.consumer, "✓" if each.acked_at else "…") for each in message.deliveries.all()
        )
        return ", ".join(f"{consumer} {mark}" for consumer, mark in sorted(marks))


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ByContext):
    """Acknowledgements, awaited or given."""

    list_display = ("message_type", "consumer", "acked_at", "tries", "message_link")
    list_filter = (ContextFilter, OpenFilter)
    id_fields = ("message_id",)
    ordering = ("-pk",)
    fields = readonly_fields = ("message_type", "message_link", "consumer", "acked_at", "tries")
    list_display_links = ("message_type",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("message")

    @admin.display(description=_("type"))
    def message_type(self, delivery: OutboxDelivery) -> str:
        """Return the type of the message."""
        return delivery.message.type

    @admin.display(description=_("tries"))
    def tries(self, delivery: OutboxDelivery) -> int:
        """Return how often the message was sent."""
        return delivery.message.attempts

    @admin.display(description=_("message"))
    def message_link(self, delivery: OutboxDelivery) -> str:
        """Return a link to the message."""
        return link_to("bus.outboxmessage", delivery.message_id, str(delivery.message_id)[:8])


@admin.register(InboxMessage)
class InboxMessageAdmin(Conversation, ByContext):
    """Messages that a context heard."""

    list_display = ("type", "extraction", "consumer", "attempts", "age", "handled_at", "failure")
    id_fields = ("correlation_id", "message_id")
    ordering = ("-received_at",)
    fields = readonly_fields = (
        "message_id", "said", "type", "consumer", "extraction", "correlation_id", "attempts",
        "received_at", "handled_at", "error_text",
    )  # fmt: skip

    age = aged("received_at", _("age"))
    error_text = pretty("last_error", _("last error"))
    said = linked("message_id", "bus.outboxmessage", _("said"))

    @admin.display(description=_("last error"))
    def failure(self, message: InboxMessage) -> str:
        """Return the beginning of the last error; the page of the message has it in full."""
        return message.last_error[:80]
