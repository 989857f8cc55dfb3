"""The shared API parts as a Django app, so that templates and translations are found."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """No tables, no state."""

    name = "frameflow.api"
    label = "api"
    verbose_name = "API"
