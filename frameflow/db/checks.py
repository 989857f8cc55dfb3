"""Does the server have room for the connections that our processes may open?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

ALIASES_PER_REQUEST = 2  # who asks (auth), and what is asked for
PARTS_THREADS = 16  # those that ask all parts at once, for /readyz and /metrics
PER_CONTEXT_OF_A_BUS = 2  # a relay and a consumer
SCHEDULE_THREADS = 2
PER_WORKER = 3


def per_web(aliases: Sequence[str]) -> int:
    """Return how many connections a web process may hold on a server with these aliases."""
    threads: int = settings.WEB_THREADS + settings.TRANSFER_THREADS
    return threads * min(len(aliases), ALIASES_PER_REQUEST) + PARTS_THREADS


def per_bus(aliases: Sequence[str]) -> int:
    """The same of a bus process."""
    return PER_CONTEXT_OF_A_BUS * len(aliases) + SCHEDULE_THREADS


def connection_budget(aliases: Sequence[str]) -> int:
    """Return how many one web, one bus and WORKERS worker processes may hold together."""
    workers = PER_WORKER * settings.WORKERS if "processing" in aliases else 0
    return per_web(aliases) + per_bus(aliases) + workers


@register(Tags.database)
def check_connection_budget(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn where a server allows fewer connections than the budget of its contexts."""
    servers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for alias in databases or []:
        chosen = connections[alias].settings_dict
        servers[chosen["HOST"], chosen["PORT"]].append(alias)
    return [problem for aliases in servers.values() for problem in _problems(aliases)]


def _problems(aliases: Sequence[str]) -> Iterator[CheckMessage]:
    with connections[aliases[0]].cursor() as cursor:
        cursor.execute("SHOW max_connections")
        (limit,) = cursor.fetchone()
    budget = connection_budget(aliases)
    if int(limit) < budget:
        yield Warning(
            f"The server of {', '.join(aliases)} allows {limit} connections; one web, one bus and"
            f" {settings.WORKERS} worker processes may hold {budget}.",
            hint="Raise max_connections, or run fewer processes: see docs/howto/scaling.md.",
            id="db.W001",
        )
