"""The processing context as a Django app."""

from django.apps import AppConfig


class ProcessingConfig(AppConfig):
    """Label, schema and alias are all `processing`."""

    name = "apps.processing"
    label = "processing"
    verbose_name = "Processing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.processing import jobs, selectors
        from frameflow.api.gauges import measured
        from frameflow.api.health import readiness

        readiness("worker")(jobs.check_workers)
        measured(self.label, "jobs", selectors.list_gauges)
        measured("queue", "jobs", jobs.list_gauges)
