"""`deploy/make-secrets` writes what compose.yaml names, in the form that each reader wants."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from frameflow.contexts import CONTEXTS
from frameflow.embedded import binaries
from frameflow.settings.jwt import jwt_settings
from frameflow.variables import secrets as keys
from frameflow.variables import servers
from tests.deploy.nginx import free_port
from tests.deploy.sources import COMPOSE, DEPLOY
from tests.waiting import eventually

SCRIPTS = [DEPLOY / "make-secrets"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    deploy = tmp_path_factory.mktemp("deploy")
    (deploy / "make-secrets").write_bytes((DEPLOY / "make-secrets").read_bytes())
    make(deploy)
    return deploy / "secrets"


def make(deploy: Path) -> None:
    done = subprocess.run(["sh", deploy / "make-secrets"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text().strip()


def test_every_file_that_compose_names_is_written(folder: Path) -> None:
    named = {Path(each["file"]).name for each in COMPOSE["secrets"].values()}
    written = {file.name for file in folder.iterdir()}
    assert named <= written
    parts = {f"{context.name}_password" for context in CONTEXTS}
    assert written - named == parts  # from which the addresses are made


def test_the_folder_keeps_others_out(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o444}


def test_a_second_run_changes_nothing(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    make(folder.parent)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_product_accepts_its_keys(folder: Path) -> None:
    environ = {"SECRET_KEY_FILE": str(folder / "secret_key")}
    key = keys.SECRET_KEY.read(environ)
    assert len(key) >= 50
    assert len(set(key)) >= 5
    assert jwt_settings(text(folder, "jwt_signing_key.pem"))["ALGORITHM"] == "ES256"


@pytest.mark.parametrize("context", [context.name for context in CONTEXTS])
def test_a_role_has_the_password_of_its_address(context: str, folder: Path) -> None:
    password = text(folder, f"{context}_password")
    variable = servers.DATABASE_URLS[context]
    url = variable.read({f"{variable.name}_FILE": str(folder / f"{context}_database_url")})
    assert url == f"postgres://frameflow_{context}:{password}@postgres:5432/frameflow"
    statement = f"ALTER ROLE frameflow_{context} PASSWORD '{password}';"
    assert statement in text(folder, "postgres_passwords.sql").splitlines()


def test_the_object_store_knows_the_key_that_the_product_holds(folder: Path) -> None:
    [user] = json.loads(text(folder, "s3_users.json"))["identities"]
    [pair] = user["credentials"]
    environment = COMPOSE["services"]["web"]["environment"]
    assert pair["accessKey"] == environment["AWS_ACCESS_KEY_ID"]
    assert pair["secretKey"] == text(folder, "s3_secret_access_key")


@pytest.fixture
def valkey(folder: Path, tmp_path: Path) -> Iterator[int]:
    """A real server, started with the command of compose.yaml."""
    port = free_port()
    command = [
        str(folder / "redis_users.acl") if word == "/run/secrets/redis_users" else word
        for word in COMPOSE["services"]["redis"]["command"][1:]
    ]
    program = [
        str(binaries.valkey_program()),
        *command,
        "--port",
        str(port),
        "--dir",
        str(tmp_path),
    ]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


def test_redis_lets_in_whoever_knows_the_password_and_nobody_else(
    valkey: int, folder: Path
) -> None:
    import redis

    url = text(folder, "redis_url").replace("@redis:6379", f"@127.0.0.1:{valkey}")

    def answers() -> bool | None:
        try:
            with redis.Redis.from_url(url) as known:
                return bool(known.ping())
        except redis.ConnectionError:
            return None

    eventually(answers, "the server answers")
    with redis.Redis(port=valkey) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    assert os.access(script, os.X_OK)
    shellcheck = Path(sys.executable).parent / "shellcheck"
    done = subprocess.run([shellcheck, script], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
