"""REDIS_URL: read before anybody connects, and with a limit on every wait."""

import time
from typing import Any

import pytest
import redis
from django_rq.connection_utils import get_redis_connection

from frameflow.settings.redis_url import checked, with_timeouts
from tests.servers_that_hang import silent_server


@pytest.mark.parametrize(
    "url",
    [
        "redis://:p%2Fss@host:6380/3",
        "unix:///run/valkey.sock?db=2&password=secret",
        "rediss://user:secret@host/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required",
    ],
)
def test_an_address_goes_through_as_it_is(url: str) -> None:
    assert checked(url) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:sec/ret@host", "write %2F for /"),
        ("redis://host?db=one", "must look like"),
        ("rediss://host?ssl_cert_reqs=perhaps", "must look like"),
        ("redis://:sec@host?colour=blue", "unknown option 'colour'"),
        ("redis://host?socket_timeout=1", "at least 2 seconds"),
        ("redis://:sec@host?protocol=3", "must not name the option protocol"),
        ("redis://host?decode_responses=true", "must not name the option decode_responses"),
    ],
)
def test_an_address_that_is_malformed_stops_the_start_and_shows_no_password(
    url: str, said: str
) -> None:
    with pytest.raises(SystemExit, match=said) as stopped:
        checked(url)
    assert "\n" not in str(stopped.value)
    assert "sec/ret" not in str(stopped.value)


def arguments(url: str) -> dict[str, Any]:
    kwargs: dict[str, Any] = redis.ConnectionPool.from_url(with_timeouts(url)).connection_kwargs
    return kwargs


def test_what_the_address_does_not_limit_is_limited() -> None:
    assert arguments("redis://host")["socket_timeout"] == 5
    assert arguments("redis://host?socket_timeout=9")["socket_timeout"] == 9
    given = arguments("unix:///run/valkey.sock?db=2")
    assert (given["path"], given["db"], given["health_check_interval"]) == (
        "/run/valkey.sock",
        2,
        30,
    )


def test_the_queue_gives_a_silent_server_up() -> None:
    with silent_server() as port:
        url = with_timeouts(f"redis://127.0.0.1:{port}/0?socket_timeout=0.5")
        connection = get_redis_connection({"URL": url})
        began = time.monotonic()
        with pytest.raises(redis.TimeoutError):
            connection.lpush("rq:queue:processing", "wake up")
        assert time.monotonic() - began < 3
