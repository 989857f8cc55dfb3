"""The upload context as a Django app."""

from django.apps import AppConfig


class UploadConfig(AppConfig):
    """Label, schema and alias are all `upload`."""

    name = "apps.upload"
    label = "upload"
    verbose_name = "Upload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.upload import selectors
        from frameflow.api.gauges import measured

        measured(self.label, "videos", selectors.list_gauges)
