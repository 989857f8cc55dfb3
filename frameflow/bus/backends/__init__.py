"""The transport that `settings.EVENT_BUS` names."""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from frameflow.bus.backends.base import BaseBackend, Delivery

__all__ = ["BaseBackend", "Delivery", "backend"]


@cache
def backend(name: str = "default") -> BaseBackend:
    """Return the configured transport; `ImproperlyConfigured` names a path that is wrong."""
    chosen: dict[str, Any] = settings.EVENT_BUS[name]
    try:
        made = import_string(chosen["BACKEND"])(**chosen.get("OPTIONS", {}))
    except ImportError as error:
        raise ImproperlyConfigured(
            f"EVENT_BUS[{name!r}]: cannot import {chosen['BACKEND']!r}"
        ) from error
    assert isinstance(made, BaseBackend)  # noqa: S101
    return made
