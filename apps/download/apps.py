"""The download context as a Django app."""

from django.apps import AppConfig


class DownloadConfig(AppConfig):
    """Label, schema and alias are all `download`."""

    name = "apps.download"
    label = "download"
    verbose_name = "Download"
    default_auto_field = "django.db.models.BigAutoField"
