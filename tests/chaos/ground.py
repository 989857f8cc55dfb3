"""Servers that can be killed and come back, with proxies before Redis and the bucket."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from frameflow.embedded import children
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.server import Server
from frameflow.embedded.servers import Servers, started
from frameflow.storage.s3 import S3Store
from tests.e2e.ground import URLS, Footing, plain_environment
from tests.proxy import Proxy, proxy_before
from tests.s3_server import BUCKET, S3Server, s3_server

#: Kills a Postgres at once; it recovers from its log when it starts again (pg_ctl -m immediate).
IMMEDIATE = signal.SIGQUIT


@dataclass(frozen=True)
class Ground:
    """What the product stands on. `footing` leads past the proxies, its environment through."""

    footing: Footing
    servers: Servers
    redis: Proxy
    store: Proxy

    def process(self, name: str) -> children.Process:
        """Return the process of a server."""
        return self.servers.processes[self.server(name)]

    def server(self, name: str) -> Server:
        """Return `postgres` or `valkey`."""
        return next(each for each in self.servers.processes if each.name == name)

    def respawn(self, name: str) -> None:
        """Start a server that has died, and do not wait."""
        self.server(name).prepare()
        self.servers.respawn(self.server(name))


@contextmanager
def fragile_ground(folder: Path, bus: str) -> Iterator[Ground]:
    """Run the servers until the end of the block. Postgres is as safe as it can be: what it
    loses would be ours."""
    data = DataFolder(folder)
    data.prepare()
    with ExitStack() as stack:
        servers = stack.enter_context(started(data, plain_environment()))
        bucket = stack.enter_context(s3_server(folder / "logs" / "s3.log"))
        redis = stack.enter_context(proxy_before(servers.urls["REDIS_URL"]))
        store = stack.enter_context(proxy_before(bucket.url))
        environment = {
            **plain_environment(),
            **{name: url for name, url in servers.urls.items() if name in URLS},
            **bucket.environment,
            "REDIS_URL": redis.before(servers.urls["REDIS_URL"]),
            "S3_ENDPOINT_URL": store.before(bucket.url),
            "EVENT_BUS": bus,
        }
        yield Ground(_footing(servers, bucket, environment), servers, redis, store)


def _footing(servers: Servers, bucket: S3Server, environment: dict[str, str]) -> Footing:
    client = bucket.client()

    def half_written() -> list[str]:
        uploads = client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return sorted(f"{each['Key']} ({each['UploadId']})" for each in uploads)

    return Footing(
        urls=servers.urls,
        environment=environment,
        store=S3Store(**bucket.options()),
        half_written=half_written,
    )


class Truth:
    """Reads of the databases as the superuser, past everything; None while Postgres is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg2.extensions.connection | None = None

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]] | None:
        """Return the rows of a query."""
        try:
            if self._connection is None:
                self._connection = psycopg2.connect(self._url, connect_timeout=5)
                self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self._connection = None
            return None
