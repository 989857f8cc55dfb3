"""The admin site: its door, its first page, and the search that leads to the right object."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frameflow.site.journal import write_down
from frameflow.site.needle import Needle
from frameflow.site.readonly import ReadOnlyAdmin

View = Callable[..., HttpResponseBase]
ViewT = TypeVar("ViewT", bound=View)

#: The queue's pages are not ours: they bring scripts and styles in their HTML.
_INLINE = ["'self'", "'unsafe-inline'"]
QUEUE_POLICY = {"script-src": _INLINE, "style-src": _INLINE}


class FrameFlowAdminSite(admin.AdminSite):
    """Open to active staff alone."""

    site_header = "Frame Flow"
    site_title = "Frame Flow"
    index_title = _("Support")
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLResolver | URLPattern]:
        search = path("search/", self.admin_view(self.search), name="search")
        return [search, *super().get_urls()]

    def admin_view(self, view: ViewT, cacheable: bool = False) -> ViewT:
        """Let staff in, and do around each page what no page of a context may do itself."""
        queue = view.__module__.startswith("django_rq")
        around = self._queue_page if queue else self._page
        return cast("ViewT", super().admin_view(around(view), cacheable))

    def _page(self, view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            self._know_content_types()
            try:
                return view(request, *args, **kwargs)
            finally:
                write_down(request)

        return page

    def _queue_page(self, view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_superuser:
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            response._csp_update = QUEUE_POLICY  # type: ignore[attr-defined]
            return response

        return page

    def _know_content_types(self) -> None:
        """Django looks them up in the middle of a page; here they are asked for once a process."""
        ContentType.objects.get_for_models(*self._registry)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show the search, the lists that support often wants, and all others."""
        shown = {"shortcuts": self._shortcuts(request), **(extra_context or {})}
        return super().index(request, shown)

    def _shortcuts(self, request: HttpRequest) -> list[tuple[Any, str]]:
        return [
            (each.label, f"{_list_of(page)}?{each.query}")
            for page in self._ours()
            if page.has_view_permission(request)
            for each in page.shortcuts
        ]

    def _ours(self) -> list[ReadOnlyAdmin]:
        return [each for each in self._registry.values() if isinstance(each, ReadOnlyAdmin)]

    def search(self, request: HttpRequest) -> HttpResponse:
        """Lead to what a code, an id or an address means: to the object, or to a list of several;
        back to the first page with a sentence where nothing is found."""
        needle = Needle.of(request.GET.get("q", ""))
        ranked = [each for each in self._ours() if each.search_rank is not None]
        for page in sorted(ranked, key=lambda each: each.search_rank or 0):
            if not (needle.text and page.has_view_permission(request)):
                continue
            match page.found(request, needle):
                case [only]:
                    return HttpResponseRedirect(_address(page, "change", only))
                case [_one, _another, *_]:
                    return HttpResponseRedirect(f"{_list_of(page)}?{urlencode({'q': needle.text})}")
        return self.index(request, {"nothing_for": needle.text})

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the one log-in page, which counts tries; refuse whoever is not staff."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # a redirect, not a page
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Send people to the page that also ends their other sessions and tokens."""
        return HttpResponseRedirect(reverse("auth:password-change"))


def _list_of(page: ReadOnlyAdmin) -> str:
    return _address(page, "changelist")


def _address(page: ReadOnlyAdmin, name: str, *args: Any) -> str:
    meta = page.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=args)
