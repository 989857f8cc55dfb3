"""`store()` is what the settings say."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from frameflow.storage import store
from frameflow.storage.filesystem import FilesystemStore


def test_the_store_is_built_once_from_the_settings(settings: Settings, tmp_path: Path) -> None:
    settings.OBJECT_STORE = {
        "BACKEND": "frameflow.storage.filesystem.FilesystemStore",
        "OPTIONS": {"root": str(tmp_path)},
    }
    assert isinstance(store(), FilesystemStore)
    assert store() is store()


def test_a_wrong_path_is_named(settings: Settings) -> None:
    settings.OBJECT_STORE = {"BACKEND": "frameflow.storage.tape.TapeStore"}
    with pytest.raises(ImproperlyConfigured, match=r"frameflow\.storage\.tape\.TapeStore"):
        store()
