"""The bus as a Django app: one pair of tables in every schema."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BusConfig(AppConfig):
    """Finds the handlers and schedules of every installed context."""

    name = "frameflow.bus"
    label = "bus"
    verbose_name = "Messages"

    def ready(self) -> None:
        from frameflow.bus import checks  # noqa: F401  registers the system checks

        autodiscover_modules("handlers", "schedule")
