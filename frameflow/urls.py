"""Composition root of the web: each active context brings its own addresses."""

from collections.abc import Iterator
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from frameflow.api.health import healthz, readiness, readyz
from frameflow.api.metrics import metrics
from frameflow.api.reference import DocsView, SchemaView
from frameflow.api.root import RootView
from frameflow.bus.backends import backend
from frameflow.bus.exceptions import TransportError
from frameflow.contexts import Context
from frameflow.pages.middleware import AWAY
from frameflow.storage import store

Route = URLPattern | URLResolver

AWAY.append(TransportError)
readiness("redis")(lambda: backend().ping())
readiness("storage", writes=True)(lambda: store().check())


def routes_of(context: Context) -> Iterator[Route]:
    """Yield the API and the pages of a context, where it has them."""
    package = context.package
    if find_spec(f"{package}.api") and find_spec(f"{package}.api.urls"):
        yield path("api/v1/", include(f"{package}.api.urls"))
    if find_spec(f"{package}.urls"):
        yield path("", include(f"{package}.urls"))


def doors_of_the_browsable_api() -> Iterator[Route]:
    """Yield REST framework's two addresses, which lead to the doors of the pages: one log in, where
    tries are counted."""
    door = RedirectView.as_view(pattern_name="auth:login", query_string=True)
    yield path("login/", door, name="login")
    yield path("logout/", LogoutView.as_view(), name="logout")


urlpatterns: list[Route] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),  # with the queue's page at admin/django_rq/dashboard/
    path("api/v1/", RootView.as_view(), name="api-root"),
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/docs/", DocsView.as_view(), name="docs"),
    path("api-auth/", include((list(doors_of_the_browsable_api()), "rest_framework"))),
    *(route for context in settings.ACTIVE_CONTEXTS for route in routes_of(context)),
]

handler400 = "frameflow.pages.errors.bad_request"
handler403 = "frameflow.pages.errors.forbidden"
handler404 = "frameflow.pages.errors.not_found"
handler500 = "frameflow.pages.errors.server_error"
