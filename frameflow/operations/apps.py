"""Operations as a Django app: commands over all contexts."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Part of the composition root."""

    name = "frameflow.operations"
    label = "operations"

    def ready(self) -> None:
        from frameflow.operations import checks  # noqa: F401  registers the system checks
