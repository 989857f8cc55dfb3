"""The shared parts of pages as a Django app, so that template tags and commands are found."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """No tables, no state."""

    name = "frameflow.pages"
    label = "pages"
    verbose_name = "Pages"
