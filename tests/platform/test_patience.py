"""A Postgres or a Redis that takes our word and says nothing holds nobody for ever."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections

from frameflow.bus.away import is_away
from frameflow.bus.backends.redis_pubsub import RedisPubSubBackend
from frameflow.bus.backends.redis_streams import RedisStreamsBackend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.db.postgresql.base import DatabaseWrapper
from tests.databases import every_database_committed
from tests.servers_that_hang import silent_server

pytestmark = every_database_committed


def made(**changed: Any) -> DatabaseWrapper:
    """A connection of our own to upload's schema; `options` replace those of the settings."""
    usual = connections["upload"].settings_dict
    options = {**usual["OPTIONS"], **changed.pop("options", {})}
    return DatabaseWrapper({**usual, **changed, "OPTIONS": options}, "upload")


@pytest.fixture
def database() -> Iterator[DatabaseWrapper]:
    wrapper = made(options={"statement_timeout": "1", "options": ""})
    yield wrapper
    wrapper.close()


def ask(database: DatabaseWrapper, query: str) -> Any:
    with database.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@contextmanager
def frozen(database: DatabaseWrapper) -> Iterator[None]:
    """The server process behind a connection stands still."""
    (pid,) = ask(database, "SELECT pg_backend_pid()")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_connection_to_a_silent_server_is_given_up() -> None:
    with silent_server() as port:
        hanging = made(HOST="127.0.0.1", PORT=str(port), options={"connect_timeout": "1"})
        began = time.monotonic()
        with pytest.raises(OperationalError, match="silent for 1 seconds"):
            ask(hanging, "SELECT 1")
        assert 0.9 < time.monotonic() - began < 3


def test_an_answer_that_does_not_come_is_given_up_and_the_connection_with_it(
    database: DatabaseWrapper,
) -> None:
    ask(database, "SELECT 1")
    database.connection.patience_s = 0.5
    began = time.monotonic()
    with frozen(database), pytest.raises(OperationalError, match=r"silent for 0\.5 seconds"):
        ask(database, "SELECT 1")
    assert 0.4 < time.monotonic() - began < 3
    assert database.connection.closed
    database.close()
    assert ask(database, "SELECT 1") == (1,)


def test_a_transaction_on_a_server_that_falls_silent_ends_with_one_error(
    database: DatabaseWrapper,
) -> None:
    from django.db import transaction

    connections["upload"].close()
    usual = connections["upload"]
    ask(usual, "SELECT 1")  # type: ignore[arg-type]
    usual.connection.patience_s = 0.5
    with (
        frozen(usual),  # type: ignore[arg-type]
        pytest.raises(OperationalError, match="silent"),
        transaction.atomic(using="upload"),
    ):
        ask(usual, "SELECT 1")  # type: ignore[arg-type]
    assert ask(usual, "SELECT 1") == (1,)  # type: ignore[arg-type]


def test_a_kept_connection_is_asked_for_a_short_time_whether_it_lives(
    database: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frameflow.db.postgresql.patience.CONNECT_TIMEOUT_S", 0.5)
    ask(database, "SELECT 1")
    with frozen(database):
        began = time.monotonic()
        assert not database.is_usable()
        assert time.monotonic() - began < 3


def test_the_server_itself_ends_what_takes_too_long(database: DatabaseWrapper) -> None:
    with pytest.raises(OperationalError, match="statement timeout"):
        ask(database, "SELECT pg_sleep(20)")
    assert ask(database, "SELECT 1") == (1,)


def test_a_migration_may_wait_for_its_turn(database: DatabaseWrapper) -> None:
    database.ensure_connection()
    database.connection.patience_s = 0.2
    with database.without_hurry():
        ask(database, "SELECT pg_sleep(1.2)")
        assert ask(database, "SHOW idle_in_transaction_session_timeout") == ("0",)
    assert database.connection.patience_s == 0.2
    assert ask(database, "SHOW statement_timeout") == ("1s",)


def test_whoever_stands_still_in_a_transaction_loses_its_locks() -> None:
    hasty = made(options={"options": "-c idle_in_transaction_session_timeout=200"})
    hasty.ensure_connection()
    hasty.set_autocommit(False)
    ask(hasty, "SELECT pg_advisory_xact_lock(7)")
    other = made()
    ask(other, "SELECT pg_advisory_xact_lock(7)")  # comes back when the lock is free
    with pytest.raises(OperationalError) as lost:
        ask(hasty, "SELECT 1")
    assert is_away(lost.value)
    for each in (hasty, other):
        each.close()


def test_a_connection_of_the_product_may_stand_still_for_half_a_minute() -> None:
    plain = made(options={"options": ""})
    assert ask(plain, "SHOW idle_in_transaction_session_timeout") == ("30s",)
    plain.close()


def test_every_connection_has_limits_of_its_own() -> None:
    usual = connections["upload"]
    usual.ensure_connection()
    assert ask(usual, "SHOW statement_timeout") == ("15s",)  # type: ignore[arg-type]
    assert usual.connection.patience_s == 20
    given = usual.connection.get_dsn_parameters()
    assert {"connect_timeout": "5", "tcp_user_timeout": "30000"}.items() <= given.items()


def test_limits_in_the_address_win() -> None:
    patient = made(options={"statement_timeout": "0", "connect_timeout": "7"})
    assert ask(patient, "SHOW statement_timeout") == ("0",)
    assert patient.connection.patience_s == float("inf")
    assert patient.connection.get_dsn_parameters()["connect_timeout"] == "7"
    patient.close()


@pytest.mark.parametrize("transport", [RedisPubSubBackend, RedisStreamsBackend])
@pytest.mark.parametrize("call", ["ping", "publish", "subscribe", "watch"])
def test_a_silent_redis_is_given_up(transport: Any, call: str) -> None:
    with silent_server() as port:
        hanging = transport(url=f"redis://127.0.0.1:{port}/0?socket_timeout=0.5", channel="x")
        stop = threading.Event()
        calls: dict[str, Any] = {
            "ping": hanging.ping,
            "publish": lambda: hanging.publish([b"x"]),
            "subscribe": lambda: next(hanging.subscribe("x", stop)),
            "watch": lambda: next(hanging.watch(stop)),
        }
        began = time.monotonic()
        with pytest.raises(BusUnavailable):
            calls[call]()
        assert time.monotonic() - began < 4
