"""Which alias holds which table."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from frameflow.contexts import CONTEXTS

_ALIAS = {context.label: context.alias for context in CONTEXTS}
_EVERYWHERE = {"bus"}
_DJANGO = "auth"


def alias_of(app_label: str) -> str:
    """Return the alias of an app; Django's own tables live in auth's schema."""
    return _ALIAS.get(app_label, _DJANGO)


class ContextRouter:
    """Sends each model to its context's alias. The bus tables exist in every schema and have none:
    they are always used with an explicit `using`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return None if model._meta.app_label in _EVERYWHERE else alias_of(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return alias_of(one._meta.app_label) == alias_of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        if app_label in _EVERYWHERE:
            return db in settings.DATABASES
        return db == alias_of(app_label)
