"""When people are warned that their files go."""

from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings

from apps.auth.models import Notice, User
from frameflow.contracts import Outcome
from tests.auth.test_notices import DAY, ended, extended, subjects_after_sending

pytestmark = pytest.mark.django_db(databases=["auth"])


def test_the_warning_comes_three_days_before_the_files_go(
    eager: User, ids: dict[str, Any], now: datetime
) -> None:
    ended(ids, Outcome.READY, expires_at=now + 10 * DAY)

    assert subjects_after_sending(now + 6.9 * DAY) == []
    [subject] = subjects_after_sending(now + 7 * DAY)
    assert "will be deleted on" in subject
    assert subjects_after_sending(now + 8 * DAY) == []


def test_a_download_moves_the_warning_and_the_later_end_wins(
    eager: User, ids: dict[str, Any], now: datetime
) -> None:
    extended(ids, now + 20 * DAY)
    ended(ids, Outcome.READY, expires_at=now + 10 * DAY)
    extended(ids, now + 15 * DAY)

    assert subjects_after_sending(now + 16 * DAY) == []
    assert len(subjects_after_sending(now + 17 * DAY)) == 1
    extended(ids, now + 20 * DAY)
    assert subjects_after_sending(now + 17 * DAY) == []

    extended(ids, now + 40 * DAY)

    assert len(subjects_after_sending(now + 37 * DAY)) == 1


@pytest.mark.parametrize("days", [1, 2])
def test_where_files_are_kept_briefly_half_of_it_passes_before_the_warning(
    eager: User, ids: dict[str, Any], now: datetime, settings: Settings, days: int
) -> None:
    settings.RETENTION_DAYS = days
    ended(ids, Outcome.READY, expires_at=now + days * DAY)
    assert subjects_after_sending(now + 0.49 * days * DAY) == []
    assert len(subjects_after_sending(now + 0.5 * days * DAY)) == 1


def test_a_warning_that_was_not_wanted_comes_when_it_is(
    eager: User, ids: dict[str, Any], now: datetime
) -> None:
    User.objects.update(wants_warnings=False)
    ended(ids, Outcome.READY, expires_at=now + 10 * DAY)
    assert subjects_after_sending(now + 8 * DAY) == []
    User.objects.update(wants_warnings=True)
    assert len(subjects_after_sending(now + 8 * DAY)) == 1


def test_without_retention_nobody_is_warned(eager: User, ids: dict[str, Any]) -> None:
    ended(ids, Outcome.READY, expires_at=None)

    assert not Notice.objects.exists()


def test_a_warning_after_the_end_is_not_sent(
    eager: User, ids: dict[str, Any], now: datetime
) -> None:
    ended(ids, Outcome.READY, expires_at=now + DAY)

    assert subjects_after_sending(now + 2 * DAY) == []
