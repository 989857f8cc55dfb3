"""Settings that contradict each other, found before the first video comes."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from frameflow.storage import store


@register("storage")
def check_sizes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Compare the largest video with the largest object of the store; it connects to nothing."""
    most_bytes = store().largest_bytes
    if most_bytes >= settings.MAX_UPLOAD_BYTES:
        return []
    sentence = f"MAX_UPLOAD_BYTES is {settings.MAX_UPLOAD_BYTES}, more than this store can keep."
    return [Error(sentence, hint=f"Set it to {most_bytes} at most.", id="storage.E001")]
