"""Servers.

`make run`, `make demo` and `make test` start a server of their own for each URL that is missing.
Processes that you start yourself find those servers while they run.

[Servers of your own](../howto/use-external-servers.md): with the five URLs each context reaches its
own schema and no other; with `DATABASE_URL` alone, one role reaches all. There too: TLS, time-outs.
"""

from frameflow.contexts import CONTEXTS
from frameflow.variables.kinds import Choice, Secret

DATABASE_URLS = {
    context.name: Secret(
        context.url_variable,
        f"the Postgres of {context.name}, `postgres://user:password@host:port/name?option=value`; "
        "wins over the next",
        example=f"postgres://frameflow_{context.name}:password@host:5432/frameflow",
    )
    for context in CONTEXTS
}
DATABASE_URL = Secret(
    "DATABASE_URL",
    "one Postgres for all contexts; each keeps its own schema",
    shown="the server that runs beside us, else `postgres:///frameflow`",
    example="postgres://user:password@host:5432/frameflow",
)
REDIS_URL = Secret(
    "REDIS_URL",
    "bus, wake-ups and cache",
    schemes=("redis", "rediss", "unix"),
    shown="the server that runs beside us, else `redis://127.0.0.1:6379/0`",
    example="redis://:password@host:6379/0",
)
EVENT_BUS = Choice(
    "EVENT_BUS",
    "how messages travel over Redis. `redis_pubsub`: every bus process hears all. `redis_streams`: "
    "the bus processes of a context share its messages, and those who were away find them; wants "
    "Redis 7 or any Valkey",
    "redis_pubsub",
    allowed=("redis_pubsub", "redis_streams"),
)
