"""The object store: videos, frames and ZIPs live here; databases hold their keys."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from frameflow.storage.base import GrowingObject, ObjectStore, ObjectWriter, StoredObject
from frameflow.storage.exceptions import (
    InvalidKey,
    ObjectDamaged,
    ObjectExists,
    ObjectNotFound,
    StorageError,
)

__all__ = [
    "GrowingObject",
    "InvalidKey",
    "ObjectDamaged",
    "ObjectExists",
    "ObjectNotFound",
    "ObjectStore",
    "ObjectWriter",
    "StorageError",
    "StoredObject",
    "store",
]


@cache
def store() -> ObjectStore:
    """Return the store that `settings.OBJECT_STORE` names, built once in each process."""
    chosen: Mapping[str, Any] = settings.OBJECT_STORE
    path: str = chosen["BACKEND"]
    try:
        backend = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"OBJECT_STORE: {path!r} cannot be imported: {error}") from error
    built: ObjectStore = backend(**chosen.get("OPTIONS", {}))
    return built


def _forget_store(*, setting: str, **_: Any) -> None:
    """Tests change the setting and must then meet another store."""
    if setting == "OBJECT_STORE":
        store.cache_clear()


setting_changed.connect(_forget_store)
