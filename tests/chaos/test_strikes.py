"""A fault for which there is nothing to strike is told apart from one that was done."""

import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
import redis

from tests.chaos.plan import Fault
from tests.chaos.strikes import Strikes
from tests.chaos.system import System


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        yield process
        process.kill()


def strikes_at(server: subprocess.Popen[bytes], redis_says: Any = None) -> Strikes:
    """Return strikes at a system whose servers are one process."""

    def say(*_: str) -> None:
        if redis_says:
            raise redis_says

    ground: Any = SimpleNamespace(process=lambda name: server, redis=Mock(), store=Mock())
    hosts: Any = SimpleNamespace(webs=[SimpleNamespace(redis=say)], buses=[], workers=[])
    truth: Any = None
    return Strikes(System(ground, hosts, truth))


def fault(what: str) -> Fault:
    return Fault(1, what, "", 1, 1, 0)


@pytest.mark.parametrize("what", ["kill Redis", "cut Redis", "stop Postgres at once"])
def test_a_server_is_struck_once(server: subprocess.Popen[bytes], what: str) -> None:
    strikes = strikes_at(server)
    assert strikes.other(fault(what)) == {}
    server.kill()
    server.wait()
    assert strikes.other(fault(what)) is None


def test_only_a_redis_that_is_there_is_emptied(server: subprocess.Popen[bytes]) -> None:
    emptied = fault("empty Redis")
    assert strikes_at(server).other(emptied) == {}
    assert strikes_at(server, redis.ConnectionError()).other(emptied) is None
    with pytest.raises(redis.ResponseError):
        strikes_at(server, redis.ResponseError()).other(emptied)


def test_a_bus_that_cannot_be_spared_is_not_struck(server: subprocess.Popen[bytes]) -> None:
    strikes = strikes_at(server)
    assert strikes.other(fault("kill a bus")) is None
    assert strikes.other(fault("pause a bus")) is None
