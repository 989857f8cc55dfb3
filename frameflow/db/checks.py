"""Does the server have room for the connections that our processes may open?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

ALIASES_PER_REQUEST = 2  # who asks (auth), and what is asked for
PER_BUS = 12  # a relay and a consumer for each of five contexts, two for the schedules
PER_WORKER = 3


def connection_budget() -> int:
    """Return how many connections one web, one bus and WORKERS worker processes may hold."""
    threads = settings.WEB_THREADS + settings.TRANSFER_THREADS
    return threads * ALIASES_PER_REQUEST + PER_BUS + PER_WORKER * settings.WORKERS


@register(Tags.database)
def check_connection_budget(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn where a server that all contexts share allows fewer connections than the budget."""
    servers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for alias in databases or []:
        chosen = connections[alias].settings_dict
        servers[chosen["HOST"], chosen["PORT"]].append(alias)
    return [problem for aliases in servers.values() for problem in _problems(aliases[0])]


def _problems(alias: str) -> Iterator[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW max_connections")
        (limit,) = cursor.fetchone()
    if int(limit) < connection_budget():
        yield Warning(
            f"{alias}'s server allows {limit} connections; one web, one bus and"
            f" {settings.WORKERS} worker processes may hold {connection_budget()}.",
            hint="Raise max_connections, or put a pool such as PgBouncer before the server.",
            id="db.W001",
        )
