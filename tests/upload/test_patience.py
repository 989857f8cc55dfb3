"""Whose bytes are all here waits a moment for a database that is away."""

import pytest
from django.db import OperationalError
from pytest_django import Settings

from apps.upload.exceptions import Unreadable
from apps.upload.receiving import patience
from apps.upload.receiving.patience import patiently
from frameflow.storage import ObjectNotFound, StorageError
from tests.databases import every_database

pytestmark = every_database


class Step:
    """Fails a few times, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.calls = list(failures), 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(patience, "ASK_EVERY_S", 0.01)
    settings.UPLOAD_PATIENCE_S = 30


def test_a_part_that_comes_back_is_waited_for() -> None:
    step = Step(OperationalError(), StorageError(), OperationalError())
    assert patiently(step) == "done"
    assert step.calls == 4


def test_patience_ends_with_what_was_raised(settings: Settings) -> None:
    settings.UPLOAD_PATIENCE_S = 0.05
    step = Step(*[OperationalError("refused") for _ in range(1000)])
    with pytest.raises(OperationalError, match="refused"):
        patiently(step)
    assert 1 < step.calls < 1000


@pytest.mark.parametrize("error", [Unreadable(), ObjectNotFound(), ValueError()], ids=repr)
def test_what_waiting_does_not_change_is_raised_at_once(error: Exception) -> None:
    step = Step(error)
    with pytest.raises(type(error)):
        patiently(step)
    assert step.calls == 1
