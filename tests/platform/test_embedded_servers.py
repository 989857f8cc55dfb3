"""Postgres and Valkey from their wheels: real processes, real data."""

import json
import os
import shutil
import signal
import stat
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
import pytest

from frameflow.contexts import CONTEXTS, Context
from frameflow.embedded import binaries, running
from tests.platform.embedded_process import (
    all_gone,
    beside_servers,
    descendants,
    embedded,
    started,
    wait_until,
)

HOLD = ("exec", "--fast", "--", "sleep", "600")
CONNECT = """
import os, psycopg2, redis
connection = psycopg2.connect(os.environ["AUTH_DATABASE_URL"])
connection.autocommit = True
cursor = connection.cursor()
queue = redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
"""
WHO = (
    CONNECT
    + """
cursor.execute("SELECT current_user, current_setting('max_connections'), lower('É')")
print(*cursor.fetchone(), queue.ping(), "ADMIN_DATABASE_URL" in os.environ)
"""
)
WRITE = (
    CONNECT
    + """
cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
queue.set("kept", "forty-two")
"""
)
READ = (
    CONNECT
    + """
cursor.execute("SELECT answer FROM kept")
print(cursor.fetchone()[0], queue.get("kept"))
"""
)
SAY_URLS = "import os; print(os.environ.get('AUTH_DATABASE_URL'), os.environ.get('REDIS_URL'))"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    data = tmp_path_factory.mktemp("held") / "data"
    with started(HOLD, data=data, expect="REDIS_URL") as process:
        wait_until(lambda: "sleep" in [child.name() for child in descendants(process)])
        yield {**running(data), "data": str(data)}


@pytest.mark.parametrize("ordinary", [False, True], ids=["ourselves", "an ordinary user"])
def test_servers_start_and_answer(tmp_path: Path, ordinary: bool) -> None:
    said = beside_servers(WHO, data=tmp_path / "data", ordinary=ordinary)
    assert said.split() == ["frameflow_auth", "250", "é", "True", "False"]


def test_data_survive_a_restart(tmp_path: Path) -> None:
    beside_servers(WRITE, data=tmp_path / "data")
    assert beside_servers(READ, data=tmp_path / "data").split() == ["42", "forty-two"]


def test_a_first_start_that_was_cut_is_begun_again(tmp_path: Path) -> None:
    draft = tmp_path / "data" / "postgres" / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    assert beside_servers(WHO, data=tmp_path / "data").startswith("frameflow_auth")


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.name)
def test_a_context_is_denied_on_the_others(held: Mapping[str, str], context: Context) -> None:
    others = [other for other in CONTEXTS if other != context]
    for other in others:
        _execute(held[other.url_variable], "CREATE TABLE IF NOT EXISTS own (a int)")
        url = held[context.url_variable]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="permission denied"):
            _execute(url, f"SELECT * FROM {other.schema}.own")


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE public.t (a int)", "CREATE SCHEMA s", "CREATE TEMPORARY TABLE t (a int)"],
)
def test_a_context_makes_nothing_outside_its_schema(
    held: Mapping[str, str], statement: str
) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _execute(held["UPLOAD_DATABASE_URL"], statement)


def test_a_wrong_password_is_refused(held: Mapping[str, str]) -> None:
    port = held["AUTH_DATABASE_URL"].rpartition(":")[2]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"postgres://frameflow_auth:wrong@127.0.0.1:{port}")


def test_secrets_are_for_their_owner_alone(held: Mapping[str, str]) -> None:
    data = Path(held["data"])
    files = [data / "servers.json", *(data / "secrets").iterdir()]
    assert len(files) == len(("servers", "key", "key", "superuser", "valkey")) + len(CONTEXTS)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_no_password_is_among_the_arguments(held: Mapping[str, str]) -> None:
    words = {file.read_text() for file in (Path(held["data"]) / "secrets").iterdir()}
    owner = json.loads((Path(held["data"]) / "servers.json").read_text())["pid"]
    servers = descendants(psutil.Process(owner))
    assert len(servers) > len(("postgres", "valkey"))
    said = " ".join(word for server in servers for word in server.cmdline())
    assert not [word for word in words if word in said]


def test_a_second_command_uses_the_servers_that_run(held: Mapping[str, str]) -> None:
    said = beside_servers(SAY_URLS, data=Path(held["data"])).split()
    assert said == [held["AUTH_DATABASE_URL"], held["REDIS_URL"]]


def test_urls_of_the_environment_win(tmp_path: Path) -> None:
    urls = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere"}
    said = beside_servers(SAY_URLS, data=tmp_path / "data", **urls)
    assert said.split() == ["None", "redis://elsewhere"]
    assert not (tmp_path / "data" / "postgres").exists()
    assert not (tmp_path / "data" / "valkey").exists()


def test_one_url_of_the_environment_spares_one_server(tmp_path: Path) -> None:
    script = WHO.replace("queue.ping()", "True")
    said = beside_servers(script, data=tmp_path / "data", REDIS_URL="redis://elsewhere")
    assert said.startswith("frameflow_auth")
    assert not (tmp_path / "data" / "valkey").exists()


def test_data_of_another_major_are_refused_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "postgres" / "data").mkdir(parents=True)
    (data / "postgres" / "data" / "PG_VERSION").write_text("12\n")
    refused = embedded("exec", "--", "true", data=data)
    assert refused.returncode == 1
    assert "made by Postgres 12, and here is Postgres" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_postgres_of_the_system_stands_in_for_a_missing_wheel(tmp_path: Path) -> None:
    system = shutil.which("postgres") or str(_wheel_programs() / "postgres")
    path = f"{Path(system).resolve().parent}:{os.environ['PATH']}"
    change = ("binaries", "it.POSTGRES_WHEEL = 'no_such_wheel'")
    say = ("exec", "--fast", "--", "sh", "-c", "echo $AUTH_DATABASE_URL")
    done = embedded(*say, data=tmp_path / "data", change=change, PATH=path)
    assert done.stdout.startswith("postgres://frameflow_auth:"), done.stderr
    made_by = (tmp_path / "data" / "postgres" / "data" / "PG_VERSION").read_text()
    assert int(made_by) == binaries.postgres_major(Path(system).resolve().parent)


@pytest.mark.parametrize("wheel", ["POSTGRES_WHEEL", "VALKEY_WHEEL"])
def test_no_server_at_all_is_one_clear_line(tmp_path: Path, wheel: str) -> None:
    nowhere = "from pathlib import Path; it.POSTGRES_SYSTEM = Path('/nowhere')"
    change = ("binaries", f"it.{wheel} = 'no_such_wheel'; {nowhere}")
    done = embedded("exec", "--fast", "--", "true", data=tmp_path / "data", change=change, PATH="")
    assert done.returncode == 1
    assert done.stderr.startswith("Frame Flow cannot start: no ")
    assert done.stderr.count("\n") == 1


def test_servers_and_command_die_with_their_parent(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(HOLD, data=data, expect="REDIS_URL") as process:
        wait_until(lambda: "sleep" in [child.name() for child in descendants(process)])
        family = descendants(process)
        assert len(family) > len(("postgres", "valkey", "sleep"))
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_until(lambda: all_gone(family))
    assert running(data) == {}, "a dead owner's description is not believed"


def test_the_exit_code_is_the_commands_own(tmp_path: Path) -> None:
    assert embedded("exec", "--fast", "--", "sh", "-c", "exit 7", data=tmp_path).returncode == 7


def test_a_reused_process_number_is_not_taken_for_the_owner(tmp_path: Path) -> None:
    said = {"REDIS_URL": "redis://x", "pid": os.getpid(), "born": 1}
    (tmp_path / "servers.json").write_text(json.dumps(said))
    assert running(tmp_path) == {}


def _wheel_programs() -> Path:
    spec = find_spec(binaries.POSTGRES_WHEEL)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / binaries.POSTGRES_WHEEL_BIN


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
