"""The database layer as a Django app: first in INSTALLED_APPS, so that its `migrate` wins."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Registers the check of the connection budget."""

    name = "frameflow.db"
    label = "db"

    def ready(self) -> None:
        from frameflow.db import checks  # noqa: F401
