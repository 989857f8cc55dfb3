"""What the Redis transports have in common: the client, its time-outs, its one way to fail."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from frameflow.bus.exceptions import BusUnavailable

#: Where the address says nothing else: a server that is silent for so long is away.
TIMEOUT_S = 5
#: How long a reader waits before it looks whether it shall stop. Less than any time-out.
LOOK_EVERY_S = 1.0


def open_client(url: str) -> redis.Redis:
    """Return a client for a URL, whose own options win. It connects with the first command, and
    again with the first one after a failure; one that failed is not tried again."""
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        health_check_interval=30,
    )


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn whatever Redis has against us into `BusUnavailable`."""
    try:
        yield
    except redis.RedisError as error:
        raise BusUnavailable(f"Redis: {error}") from error
