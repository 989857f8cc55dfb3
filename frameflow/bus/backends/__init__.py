"""The transport that `settings.EVENT_BUS` names."""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from frameflow.bus.backends.base import BaseBackend, Delivery, gathered

__all__ = ["BaseBackend", "Delivery", "backend", "gathered"]


@cache
def backend(name: str = "default") -> BaseBackend:
    """Return the configured transport; `ImproperlyConfigured` says what is wrong with it."""
    chosen: dict[str, Any] = settings.EVENT_BUS.get(name, {})
    path, options = chosen.get("BACKEND", ""), chosen.get("OPTIONS", {})
    try:
        made = import_string(path)(**options)
    except ImportError as error:
        raise ImproperlyConfigured(f"EVENT_BUS[{name!r}]: cannot import {path!r}") from error
    except (TypeError, ValueError) as error:  # OPTIONS, or a URL among them
        raise ImproperlyConfigured(f"EVENT_BUS[{name!r}]: {error}") from error
    if not isinstance(made, BaseBackend):
        raise ImproperlyConfigured(f"EVENT_BUS[{name!r}]: {path!r} is no backend of the bus")
    return made
