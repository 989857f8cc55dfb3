"""The address of Redis, looked at before anybody connects."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import redis

from frameflow.variables import stop

#: Seconds. A server that is silent for so long is away. RQ's worker, which waits for work inside
#: Redis, makes its own longer by itself.
TIMEOUTS = {"socket_timeout": "5", "socket_connect_timeout": "5", "health_check_interval": "30"}
#: The bus waits inside Redis for a second at a time.
SHORTEST_TIMEOUT_S = 2
#: What changes the form in which answers come: whoever reads them says so, not the address.
NOT_IN_THE_ADDRESS = {"decode_responses", "legacy_responses", "protocol"}


def checked(url: str) -> str:
    """Return a URL that redis-py understands, or stop with one line that shows no password."""
    try:
        pool = redis.ConnectionPool.from_url(url)
        pool.make_connection()  # which connects to nothing yet
    except TypeError as error:
        stop(f"REDIS_URL has an unknown option {str(error).split()[-1]}.")
    except (ValueError, redis.RedisError):
        stop(
            "REDIS_URL must look like redis://user:password@host:6379/0?option=value; in a password"
            " write %2F for /, %3F for ?, %23 for #, %40 for @."
        )
    if pool.connection_kwargs.get("socket_timeout", SHORTEST_TIMEOUT_S) < SHORTEST_TIMEOUT_S:
        stop(f"REDIS_URL: socket_timeout must be at least {SHORTEST_TIMEOUT_S} seconds.")
    if named := sorted(NOT_IN_THE_ADDRESS & dict(parse_qsl(urlsplit(url).query)).keys()):
        stop(f"REDIS_URL must not name the option {named[0]}.")
    return url


def with_timeouts(url: str) -> str:
    """Return the URL with our time-outs, where it names none: for RQ, which takes only a URL."""
    given = dict(parse_qsl(urlsplit(url).query))
    missing = urlencode({name: value for name, value in TIMEOUTS.items() if name not in given})
    return f"{url}{'&' if given else '?'}{missing}" if missing else url
