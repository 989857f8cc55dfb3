"""People and their mails, for support: to look at, without secrets."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.auth.models import Notice, User
from frameflow.site import ReadOnlyAdmin

admin.site.unregister([BlacklistedToken, OutstandingToken])


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Who has an account; the address is masked, and found only when it is typed in full."""

    list_display = ("id", "masked_email", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("id__exact", "email__iexact")
    ordering = ("-created_at",)
    fields = (
        "id",
        "masked_email",
        "language",
        "wants_notices",
        "is_active",
        "is_staff",
        "is_superuser",
        "created_at",
        "last_login",
        "deleted_at",
    )
    readonly_fields = ("masked_email",)

    @admin.display(description=_("email"), ordering="email")
    def masked_email(self, user: User) -> str:
        """Return the first letter and the domain."""
        local, _at, domain = user.email.rpartition("@")
        return f"{local[:1]}•••@{domain}"


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Mails sent, waiting, or never to be sent."""

    list_display = ("extraction_id", "run", "kind", "due_at", "sent_at", "is_void")
    list_filter = ("kind", "is_void")
    search_fields = ("extraction_id__exact", "video_id__exact", "owner_id__exact")
    ordering = ("-due_at",)
