"""What the product stands on in a test: its store, its servers, its bus.

    make e2e STORE=filesystem|s3 SERVERS=embedded|external BUS=redis_pubsub|redis_streams

The first words are the defaults. The processes of the product learn of their ground as an operator
would tell them: by environment variables.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from frameflow.contexts import CONTEXTS
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.servers import started
from frameflow.storage import ObjectStore
from frameflow.storage.filesystem import INCOMING, FilesystemStore
from frameflow.storage.s3 import S3Store
from tests.external import external_postgres, external_valkey
from tests.s3_server import BUCKET, S3Server, s3_server

WORDS = {
    "STORE": ("filesystem", "s3"),
    "SERVERS": ("embedded", "external"),
    "BUS": ("redis_pubsub", "redis_streams"),
}
URLS = {context.url_variable for context in CONTEXTS} | {"REDIS_URL"}
#: What describes a ground, and is never taken over from whoever runs the tests.
DESCRIBES = ("DATABASE_URL", "REDIS_URL", "EVENT_BUS", "AWS_", "S3_", "FRAMEFLOW_")


@dataclass(frozen=True)
class Ground:
    """One combination."""

    store: str = "filesystem"
    servers: str = "embedded"
    bus: str = "redis_pubsub"


@dataclass(frozen=True, kw_only=True)
class Footing:
    """A ground that runs. `urls` has the superuser's too; `environment` is the product's."""

    urls: Mapping[str, str]
    environment: Mapping[str, str]
    store: ObjectStore
    half_written: Callable[[], list[str]]


def chosen() -> Ground:
    """Return the ground that the environment names; `pytest.UsageError` for a wrong word."""
    given = {}
    for name, allowed in WORDS.items():
        given[name.lower()] = word = os.environ.get(name) or allowed[0]
        if word not in allowed:
            raise pytest.UsageError(f"{name} must be one of {', '.join(allowed)}, not {word!r}.")
    return Ground(**given)


@contextmanager
def standing(ground: Ground, folder: Path, *, fast: bool = True) -> Iterator[Footing]:
    """Run the servers of a ground until the end of the block; the product's data is in `folder`.

    `fast` servers of the data folder do not wait for the disk.
    """
    with ExitStack() as stack:
        servers = _external(folder) if ground.servers == "external" else _embedded(folder, fast)
        urls = stack.enter_context(servers)
        objects = _folder(folder) if ground.store == "filesystem" else _bucket(stack, folder)
        environment = {
            **plain_environment(),
            **{name: url for name, url in urls.items() if name in URLS},
            **objects.pop("environment"),
            "EVENT_BUS": ground.bus,
        }
        yield Footing(urls=urls, environment=environment, **objects)


def plain_environment() -> dict[str, str]:
    """Return our environment without what describes a ground."""
    return {k: v for k, v in os.environ.items() if not any(each in k for each in DESCRIBES)}


@contextmanager
def _embedded(folder: Path, fast: bool) -> Iterator[Mapping[str, str]]:
    """The servers of the data folder, as `make run` has them."""
    data = DataFolder(folder)
    data.prepare()
    with started(data, plain_environment(), fast=fast) as servers:
        yield servers.urls


@contextmanager
def _external(folder: Path) -> Iterator[Mapping[str, str]]:
    """Servers elsewhere, prepared as docs/howto/use-external-servers.md says."""
    DataFolder(folder).prepare()
    elsewhere = folder.parent / f"{folder.name}-servers"
    with (
        external_postgres(elsewhere / "one") as postgres,
        external_valkey(elsewhere / "two") as valkey,
    ):
        postgres.make_database()
        made = postgres.make_roles()
        assert made.returncode == 0, made.stderr
        admin = {"ADMIN_DATABASE_URL": postgres.superuser_url}
        yield {**postgres.urls(), **valkey.urls(), **admin}


def _folder(folder: Path) -> dict[str, Any]:
    objects = folder / "objects"

    def half_written() -> list[str]:
        return sorted(f"{INCOMING}/{path.name}" for path in (objects / INCOMING).glob("*"))

    store = FilesystemStore(str(objects))
    return {"environment": {}, "store": store, "half_written": half_written}


def _bucket(stack: ExitStack, folder: Path) -> dict[str, Any]:
    server: S3Server = stack.enter_context(s3_server(folder / "logs" / "s3.log"))
    store, client = S3Store(**server.options()), server.client()

    def half_written() -> list[str]:
        uploads = client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return sorted(f"{each['Key']} ({each['UploadId']})" for each in uploads)

    return {"environment": server.environment, "store": store, "half_written": half_written}
