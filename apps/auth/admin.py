"""People and their mails, for support: to look at, without secrets."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.auth import services
from apps.auth.models import ApiToken, Notice, NoticeKind, User
from frameflow.site import (
    Filter,
    Needle,
    ReadOnlyAdmin,
    ReasonForm,
    Wish,
    WishesAdmin,
    aged,
    linked,
    masked_email,
)
from frameflow.site.elsewhere import listed

admin.site.unregister([BlacklistedToken, OutstandingToken])


def give_support_access(user: User, form: ReasonForm) -> None:
    """Let a person work in the admin."""
    services.give_support_access(user_id=user.pk)


def take_support_access(user: User, form: ReasonForm) -> None:
    """Let a person work in the admin no more."""
    services.take_support_access(user_id=user.pk)


@admin.register(User)
class UserAdmin(WishesAdmin):
    """Who has an account; the address is masked, and found only when it is typed in full."""

    list_display = (
        "code", "masked_email", "is_active", "is_staff", "language", "age", "last_login",
        "their_videos",
    )  # fmt: skip
    list_filter = ("is_active", "is_staff", "language")
    ordering = ("-created_at",)
    search_rank = 2
    search_help_text = _("The whole e-mail address, or an id or its first eight digits.")
    fields = readonly_fields = (
        "id", "masked_email", "language", "wants_notices", "is_active", "is_staff",
        "is_superuser", "created_at", "last_login", "deleted_at", "theirs",
    )  # fmt: skip
    asked_display = ("code", "masked_email", "is_staff", "age")
    # Superusers alone: nobody else has the permission to change people.
    wishes = (
        Wish(
            name="give-support-access",
            label=_("Give support access"),
            meaning=_("This person may look at everything here and try videos again."),
            permission="identity.change_user",
            grant=give_support_access,
        ),
        Wish(
            name="take-support-access",
            label=_("Take support access away"),
            meaning=_("This person can no longer open these pages, from the next click on."),
            permission="identity.change_user",
            grant=take_support_access,
        ),
    )

    age = aged("created_at", _("age"))

    def matching(self, needle: Needle) -> Q:
        """Return the person of an id, or of a whole address."""
        if needle.is_email:
            people = User.objects.alias(key=Lower("email")).filter(key=needle.text.lower())
            return Q(pk__in=people.values("pk"))
        return super().matching(needle)

    @admin.display(description=_("id"), ordering="pk")
    def code(self, user: User) -> str:
        """Return the first digits of the id."""
        return str(user.pk)[:8]

    @admin.display(description=_("email"))
    def masked_email(self, user: User) -> str:
        """Return the first letter and the domain."""
        return masked_email(user.email)

    @admin.display(description=_("videos"))
    def their_videos(self, user: User) -> str:
        """Return a link to the videos of a person."""
        return listed("upload.video", _("Their videos"), q=user.pk)

    @admin.display(description=_("also see"))
    def theirs(self, user: User) -> str:
        """Return the lists of what belongs to a person."""
        lists = (
            ("upload.video", _("Their videos")),
            ("upload.quota", _("Space used")),
            ("identity.notice", _("Mails")),
            ("identity.apitoken", _("API tokens")),
        )
        links = ((listed(of, name, q=user.pk),) for of, name in lists)
        return format_html_join(" · ", "{}", links)


class ScopeFilter(Filter):
    """What a program may do with it."""

    title = _("scope")
    parameter_name = "scope"
    options = (("read", _("Read")), ("write", _("Read and write")))

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(can_write=value == "write")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """What programs show instead of a password: the beginning of each; nobody has the rest."""

    list_display = ("code", "prefix", "owner", "can_write", "age", "used", "expires_at")
    list_filter = (ScopeFilter,)
    ordering = ("-created_at",)
    id_fields = ("pk", "user_id")
    fields = readonly_fields = (
        "id", "prefix", "owner", "can_write", "created_at", "last_used_at", "expires_at",
    )  # fmt: skip

    age = aged("created_at", _("age"))
    used = aged("last_used_at", _("last used"))
    owner = linked("user_id", "identity.user", _("owner"))

    @admin.display(description=_("id"), ordering="pk")
    def code(self, token: ApiToken) -> str:
        """Return the first digits of the id."""
        return str(token.pk)[:8]


class SendingFilter(Filter):
    """Whether a mail was sent."""

    title = _("sent")
    parameter_name = "sent"
    options = (("yes", _("Sent")), ("waiting", _("Waiting")), ("never", _("Never to be sent")))
    which = {
        "yes": Q(sent_at__isnull=False),
        "waiting": Q(sent_at__isnull=True, is_void=False),
        "never": Q(is_void=True, sent_at__isnull=True),
    }

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(self.which[value])


class KindFilter(Filter):
    """What a mail tells."""

    title = _("kind")
    parameter_name = "kind"
    options = tuple(NoticeKind.choices)

    def chosen(self, queryset: Any, value: str) -> Any:
        return queryset.filter(kind=value)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Mails sent, waiting, or never to be sent."""

    list_display = ("code", "run", "kind", "video", "owner", "due_at", "sent_at", "is_void")
    list_filter = (KindFilter, SendingFilter)
    ordering = ("-due_at",)
    id_fields = ("extraction_id", "video_id", "owner_id")
    fields = readonly_fields = (
        "extraction_id", "run", "kind", "video", "owner", "created_at", "due_at", "expires_at",
        "sent_at", "is_void",
    )  # fmt: skip

    video = linked("video_id", "upload.video", _("video"))
    owner = linked("owner_id", "identity.user", _("owner"))

    @admin.display(description=_("extraction"), ordering="extraction_id")
    def code(self, notice: Notice) -> str:
        """Return the digits of the support code."""
        return str(notice.extraction_id)[:8]
