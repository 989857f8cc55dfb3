"""The bus as a Django app: one pair of tables in every schema."""

from functools import partial

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules


class BusConfig(AppConfig):
    """Finds the handlers and schedules of every installed context."""

    name = "frameflow.bus"
    label = "bus"
    verbose_name = "Messages"

    def ready(self) -> None:
        from frameflow.api.gauges import measured
        from frameflow.bus import checks  # noqa: F401  registers the system checks
        from frameflow.bus.measuring import list_gauges

        for context in settings.ACTIVE_CONTEXTS:
            measured(context.name, "messages", partial(list_gauges, context.alias))
        autodiscover_modules("handlers", "schedule")
