"""Which errors mean that a part is away, and what may then be left out."""

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from frameflow.bus import done_without, is_away, unit_of_work
from frameflow.bus.exceptions import BusUnavailable
from frameflow.storage import InvalidKey, ObjectNotFound, StorageError

AWAY = [
    OperationalError(),
    InterfaceError(),
    RedisConnectionError(),
    BusUnavailable(),
    StorageError(),
]
NOT_AWAY = [ObjectNotFound(), InvalidKey(), DatabaseError(), ValueError(), KeyError()]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_what_is_away_is_left_out_with_one_line(error: Exception) -> None:
    assert is_away(error)
    with capture_logs() as lines, done_without("hint.lost", context="upload"):
        raise error
    assert [(each["event"], each["log_level"]) for each in lines] == [("hint.lost", "warning")]


@pytest.mark.parametrize("error", NOT_AWAY, ids=repr)
def test_what_nobody_foresaw_is_raised(error: Exception) -> None:
    assert not is_away(error)
    with pytest.raises(type(error)), done_without("hint.lost"):
        raise error


@pytest.mark.django_db(transaction=True, databases=["upload"])
def test_a_hint_after_the_commit_may_find_redis_away() -> None:
    def wake() -> None:
        raise RedisConnectionError("Connection refused")

    with capture_logs() as lines, unit_of_work("upload") as uow:
        uow.after_commit(wake)
    assert [each["event"] for each in lines] == ["bus.hint_lost"]
