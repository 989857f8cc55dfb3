"""The admin site for support staff: it shows, and does a few named things."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    Base = admin.ModelAdmin[models.Model]
    InlineBase = admin.TabularInline[models.Model, models.Model]
else:
    Base = admin.ModelAdmin
    InlineBase = admin.TabularInline


class FrameFlowAdminSite(admin.AdminSite):
    """Open to active staff alone."""

    site_header = "Frame Flow"
    site_title = "Frame Flow"
    index_title = _("Support")


class AdminConfig(apps.AdminConfig):
    """Django's admin, with `admin.site` being ours."""

    default_site = "frameflow.site.FrameFlowAdminSite"


class ReadOnlyAdmin(Base):
    """Lists and shows to all staff; adds, changes and deletes nothing."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request)

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


class ReadOnlyInline(InlineBase):
    """Shows the rows that belong to an object."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _is_staff(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_staff
