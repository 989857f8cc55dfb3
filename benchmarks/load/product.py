"""The product as in production, on servers that keep what they say, for as long as a block runs."""

import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2
import redis

from benchmarks.cpu import machine_spent_s, tree_spent_s
from frameflow.contexts import CONTEXTS
from tests.e2e.client import PASSWORD
from tests.e2e.ground import Ground, standing
from tests.e2e.hosts import wait_for_workers
from tests.e2e.stack import Stack
from tests.waiting import eventually

#: As behind a proxy that ends TLS and says who asked: the people have an address each.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "frameflow.settings.prod",
    "PUBLIC_URL": "https://localhost",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "1",
    "LOG_LEVEL": "WARNING",
}
PARTS = ("web", "bus", "workers", "postgres", "valkey", "clients")
MACHINE = "machine"
MIB = 1024**2

_DELIVERIES = " + ".join(
    f"(SELECT count(*) FROM {each.name}.outbox_delivery WHERE acked_at IS NULL)"  # noqa: S608
    for each in CONTEXTS
)
_WAITING = f"""
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') - 1,
       (SELECT count(*) FROM processing.processing_job WHERE state IN ('queued', 'running')),
       {_DELIVERIES}
"""  # noqa: S608


class Product:
    """What runs, and what can be seen of it from outside."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.base = stack, stack.base
        self._database = psycopg2.connect(stack.urls["ADMIN_DATABASE_URL"])
        self._database.autocommit = True
        self._redis = redis.Redis.from_url(stack.urls["REDIS_URL"])
        self._servers = [each for each in psutil.Process().children() if _is_server(each)]

    def close(self) -> None:
        self._database.close()
        self._redis.close()

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Ask the database, as its superuser."""
        with self._database.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def waiting(self) -> tuple[int, int, int]:
        """Return connections of the database, videos at work or in line, awaited deliveries."""
        ((connections, videos, deliveries),) = self.rows(_WAITING)
        return connections, videos, deliveries

    def redis_bytes(self) -> int:
        facts: Any = self._redis.info("memory")
        return int(facts["used_memory"])

    def spent_s(self) -> dict[str, float]:
        """Return the CPU seconds of each part since its start, its ended children's too, and
        those of the whole machine, strangers included."""
        parts = {**dict.fromkeys(PARTS, 0.0), MACHINE: machine_spent_s()}
        for part, process in self._processes():
            parts[part] += tree_spent_s(process)
        return parts

    def web_bytes(self) -> tuple[int, int]:
        """Return the proportional and the resident memory of the web process."""
        memory = psutil.Process(self.stack.processes["web"].pid).memory_full_info()
        return memory.pss, memory.rss

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        for name, process in self.stack.processes.items():
            kind = name.partition("-")[0]
            yield "workers" if kind == "worker" else kind, psutil.Process(process.pid)
        for server in self._servers:
            yield "valkey" if "valkey" in server.name() else "postgres", server
        for child in multiprocessing.active_children():
            yield "clients", psutil.Process(child.pid)


def _is_server(process: psutil.Process) -> bool:
    return any(name in process.name() for name in ("postgres", "valkey", "redis-server"))


@contextmanager
def running(folder: Path, *, bus: str, buses: int, workers: int) -> Iterator[Product]:
    """Run one web, so many buses and workers, with one folder for the objects."""
    names = ["web", *(f"bus-{n + 1}" for n in range(buses))]
    names += [f"worker-{n + 1}" for n in range(workers)]
    with standing(Ground(bus=bus), folder, fast=False) as footing:
        stack = Stack(folder, footing, **SETTINGS)
        try:
            migrated = stack.manage("migrate", "-v0")
            assert migrated.returncode == 0, migrated.stderr  # noqa: S101
            for name in names:
                stack.start(name)
            eventually(stack.ready, "the product is ready")
            wait_for_workers(stack, workers)
            with closing(Product(stack)) as product:
                yield product
        finally:
            stack.stop()


def people(product: Product, count: int) -> list[Mapping[str, str]]:
    """Sign up so many people, each at an address of its own; return the headers each sends."""
    return [_person(product.base, number) for number in range(count)]


def _person(base: str, number: int) -> Mapping[str, str]:
    by_proxy = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}",
    }
    account = {"email": f"person-{number}@example.com", "password": PASSWORD}
    with httpx.Client(base_url=f"{base}/api/v1/auth/", headers=by_proxy, timeout=60) as http:
        http.post("register/", json=account).raise_for_status()
        access = http.post("token/", json=account).raise_for_status().json()["access"]
        token = {"name": "load", "scopes": ["read", "write"]}
        bearer = {"Authorization": f"Bearer {access}"}
        made = http.post("tokens/", json=token, headers=bearer).raise_for_status().json()
    return {**by_proxy, "Authorization": f"Token {made['key']}"}
