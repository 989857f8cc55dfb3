"""The orchestration context as a Django app."""

from django.apps import AppConfig


class OrchestrationConfig(AppConfig):
    """Label, schema and alias are all `orchestration`."""

    name = "apps.orchestration"
    label = "orchestration"
    verbose_name = "Orchestration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.orchestration import selectors
        from frameflow.api.gauges import measured

        measured(self.label, "sagas", selectors.list_gauges)
