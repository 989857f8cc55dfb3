"""Servers of somebody else's: by plain URLs, one or several, through TLS."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import psycopg2
import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from django_rq.connection_utils import get_redis_connection

from apps.processing.jobs.wakeups import queue
from frameflow.bus.backends.redis_streams import RedisStreamsBackend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.contexts import CONTEXTS
from frameflow.embedded.folder import PROJECT_DIR
from frameflow.embedded.valkey import Valkey
from frameflow.settings.databases import databases
from frameflow.settings.redis_url import checked, with_timeouts
from tests.external import (
    ADMIN,
    DATABASE,
    PASSWORD,
    QUOTED,
    External,
    ask,
    do,
    external_postgres,
    external_valkey,
)
from tests.tls import Certificate, tls_before


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[External]]:
    with (
        external_postgres(tmp_path_factory.mktemp("one")) as one,
        external_postgres(tmp_path_factory.mktemp("two")) as two,
    ):
        yield [one, two]


@pytest.fixture
def external(servers: list[External]) -> Iterator[list[External]]:
    """Two servers with an empty database each, and no role of ours; the line is empty."""
    queue().empty()  # the wake-ups of other tests are for rows that are not here
    for server in servers:
        server.make_database()
    yield servers
    for server in servers:
        do(server.superuser_url, f"DROP DATABASE {DATABASE} WITH (FORCE)")
        for (role,) in ask(server.superuser_url, "SELECT rolname FROM pg_roles"):
            if role == ADMIN or role.startswith("frameflow_"):
                do(server.superuser_url, f"DROP ROLE {role}")


def manage(folder: Path, urls: Mapping[str, str], *arguments: str) -> str:
    """Run a management command on these servers; return what it said, or fail with it."""
    kept = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT_DIR,
        env={
            **kept,
            **urls,
            "FRAMEFLOW_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "frameflow.settings.dev",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_five_roles_on_one_server_reach_their_own_schema_alone(
    external: list[External], tmp_path: Path
) -> None:
    server = external[0]
    for _ in range(2):  # as often as you like
        made = server.make_roles()
        assert made.returncode == 0, made.stderr
    urls = server.urls()
    manage(tmp_path, urls, "migrate", "-v0")
    manage(tmp_path, urls, "check_invariants")
    for mine in CONTEXTS:
        tables = ask(urls[mine.url_variable], "SELECT count(*) FROM outbox_message")
        assert tables == [(0,)]
        for other in CONTEXTS:
            if other is not mine:
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    ask(urls[mine.url_variable], f"SELECT 1 FROM {other.schema}.outbox_message")


def test_a_context_may_have_a_server_of_its_own(external: list[External], tmp_path: Path) -> None:
    one, two = external
    assert one.make_roles("auth").returncode == 0
    assert two.make_roles("upload,processing,download,orchestration").returncode == 0
    urls = {**two.urls(), "AUTH_DATABASE_URL": one.url("frameflow_auth")}
    manage(tmp_path, urls, "migrate", "-v0")
    manage(tmp_path, urls, "check_invariants")
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_|^public$'"
    assert ask(one.url(ADMIN), schemas) == [("auth",)]
    assert len(ask(two.url(ADMIN), schemas)) == 4


def test_a_context_that_is_none_is_refused(external: list[External]) -> None:
    made = external[0].make_roles("auth,kitchen")
    assert made.returncode != 0
    assert "must name some of: auth,upload" in made.stderr


# The address


def alias(query: str) -> dict[str, Any]:
    found = {"AUTH_DATABASE_URL": f"postgres://user:{QUOTED}@host{query}"}
    return databases(CONTEXTS[:1], found)[CONTEXTS[0].alias]


@pytest.fixture
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")


@pytest.mark.usefixtures("nothing_else")
def test_what_stands_after_the_question_mark_reaches_libpq() -> None:
    options = "sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3&application_name=films"
    given = alias(f"/videos?{options}")
    assert given["PASSWORD"] == PASSWORD
    assert given["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "connect_timeout": "3",
        "application_name": "films",
        "schema": "auth",
    }


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        (":many/videos", "no valid host and port"),
        ("/videos?colour=blue", "unknown option 'colour'"),
        ("/videos?connect_timeout=soon", "connect_timeout must be whole seconds"),
        ("/videos?statement_timeout=5min", "statement_timeout must be whole seconds"),
    ],
)
def test_an_address_that_is_malformed_stops_the_start(query: str, said: str) -> None:
    with pytest.raises(SystemExit, match=said) as stopped:
        alias(query)
    assert PASSWORD not in str(stopped.value)


# TLS


@pytest.fixture
def mine(tmp_path: Path) -> Certificate:
    return Certificate(tmp_path, "server")


@pytest.fixture
def stranger(tmp_path: Path) -> Certificate:
    return Certificate(tmp_path, "stranger")


def test_postgres_is_reached_through_tls_and_must_be_the_right_one(
    external: list[External], tmp_path: Path, mine: Certificate, stranger: Certificate
) -> None:
    server = external[0]
    server.make_roles()
    client = Certificate(tmp_path, "client")
    with tls_before(server.port, mine.context(clients=client), postgres=True) as port:
        shown = f"&sslcert={client.certificate}&sslkey={client.key}"
        checked_fully = f"?sslmode=verify-full&sslrootcert={mine.certificate}"
        through = External(port, "")
        urls = {
            each.url_variable: through.url(each.role, checked_fully + shown) for each in CONTEXTS
        }
        manage(tmp_path, urls, "migrate", "-v0")
        manage(tmp_path, urls, "check_invariants")
        for wrong in (
            f"?sslmode=verify-full&sslrootcert={stranger.certificate}{shown}",
            checked_fully,  # shows no certificate of its own
        ):
            with pytest.raises(psycopg2.OperationalError, match=r"SSL|certificate"):
                ask(through.url("frameflow_auth", wrong), "SELECT 1")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with external_valkey(tmp_path / "valkey") as server:
        yield server


def test_bus_queue_and_cache_reach_redis_through_tls(
    valkey: Valkey, mine: Certificate, stranger: Certificate
) -> None:
    plain = valkey.urls()["REDIS_URL"].replace("redis://", "rediss://")
    with tls_before(valkey.port, mine.context(), postgres=False) as port:
        address = plain.replace(f":{valkey.port}/", f":{port}/")
        url = checked(f"{address}?ssl_ca_certs={mine.certificate}&ssl_cert_reqs=required")
        bus = RedisStreamsBackend(url=url, channel="test")
        bus.publish([b"through"])
        assert next(iter(bus.subscribe("upload", Event()))).raw == b"through"
        with get_redis_connection({"URL": with_timeouts(url)}) as queue:
            assert queue.ping()
        cache = RedisCache(url, {})
        cache.set("key", "value")
        assert cache.get("key") == "value"
        cache.close()
        wrong = checked(f"{address}?ssl_ca_certs={stranger.certificate}")
        with pytest.raises(BusUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            RedisStreamsBackend(url=wrong, channel="test").ping()


def test_a_password_and_a_number_in_the_address_count(valkey: Valkey) -> None:
    url = valkey.urls()["REDIS_URL"]
    with redis.Redis.from_url(url.replace("/0", "/3")) as third:
        third.set("here", "yes")
    with redis.Redis.from_url(url) as first:
        assert first.get("here") is None
    with pytest.raises(BusUnavailable):
        RedisStreamsBackend(url=f"redis://:wrong@127.0.0.1:{valkey.port}/0", channel="x").ping()
