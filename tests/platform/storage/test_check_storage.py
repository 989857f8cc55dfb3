"""`check_storage` tells what a store cannot do."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from frameflow.operations.storage_check import STEPS, try_out
from frameflow.storage import ObjectStore, ObjectWriter, store
from frameflow.storage.memory import MemoryStore
from frameflow.storage.s3 import S3Store


def test_every_store_passes_and_is_left_clean(objects: ObjectStore) -> None:
    assert list(try_out(objects)) == [(words, "") for words in STEPS]
    assert objects.is_empty()


class Forgetful(MemoryStore):
    """Lets a second write take the place of the first, as some servers do."""

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        with MemoryStore().writer(key) as writer:
            yield writer
        self.delete(key)
        with super().writer(key) as again:
            again.write(writer.getvalue())  # type: ignore[attr-defined]


def test_a_server_that_only_pretends_is_found_out() -> None:
    failed = [words for words, reason in try_out(Forgetful()) if reason]
    assert failed == [
        "refuse the slower of two small writes",
        "refuse the slower of two large writes",
    ]


def test_links_that_do_not_open_are_told(bucket_options: dict[str, Any]) -> None:
    closed = S3Store(**bucket_options, public_endpoint_url="http://127.0.0.1:9")
    assert [words for words, reason in try_out(closed) if reason] == [
        "open a signed link, where there are any"
    ]


def test_the_command_says_it_in_words(settings: Settings, bucket_options: dict[str, Any]) -> None:
    said = StringIO()
    call_command("check_storage", stdout=said)
    assert said.getvalue().count("ok ") == len(STEPS)
    lost = {"BACKEND": "frameflow.storage.s3.S3Store", "OPTIONS": bucket_options | {"name": "lost"}}
    settings.OBJECT_STORE = lost
    store.cache_clear()
    with pytest.raises(CommandError, match="steps failed"):
        call_command("check_storage", stdout=said)
    assert "NoSuchBucket" in said.getvalue()
