"""The routes of the resolver, each with the methods that its view answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from django.views.generic.edit import ProcessFormView

UNSAFE = ("post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One pattern, written as in the URLconf."""

    pattern: str
    methods: tuple[str, ...]


def routes() -> list[Route]:
    """Return every route there is, each once."""
    return sorted(set(_below(get_resolver(), "")), key=lambda each: each.pattern)


def _below(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _below(each, pattern)
        else:
            yield Route(pattern, _methods(each))


def _methods(pattern: URLPattern) -> tuple[str, ...]:
    """Return GET, and the unsafe methods that a view has; a function may answer POST."""
    view: Any = pattern.callback
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if view_class is None:
        return ("GET", "POST")
    if issubclass(view_class, RedirectView):
        return ("GET",)
    allowed = getattr(view, "actions", None) or [each for each in UNSAFE if _has(view_class, each)]
    return ("GET", *(name.upper() for name in UNSAFE if name in allowed))


def _has(view_class: type, method: str) -> bool:
    """Return whether a view answers to a method; the PUT of a form is its POST again."""
    again = method == "put" and issubclass(view_class, ProcessFormView)
    named = method in view_class.http_method_names  # type: ignore[attr-defined]
    return hasattr(view_class, method) and named and not again
