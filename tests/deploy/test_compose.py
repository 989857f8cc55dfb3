"""compose.yaml: every name in it is one that somebody knows."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

from frameflow.db.checks import PER_WORKER, per_bus, per_web
from frameflow.variables import known_names
from tests.databases import ALIASES
from tests.deploy.sources import COMPOSE, DEPLOY, ROOT, filled

SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, each in SERVICES.items() if each["image"].startswith("frameflow-")}
ONCE = {"migrate", "bucket"}


def test_the_file_is_what_compose_expects() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    schema = ("--builtin-schema", "vendor.compose-spec")
    command = [checker, *schema, DEPLOY / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_parts_are_there() -> None:
    assert {"web", "bus", "worker", "migrate"} == OURS
    servers = {"nginx", "postgres", "redis", "objects", "bucket"}
    assert set(SERVICES) == OURS | servers
    replicas = {name: SERVICES[name]["deploy"]["replicas"] for name in OURS - ONCE}
    assert replicas == {"web": 2, "bus": 2, "worker": "${WORKERS:-2}"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_known_and_every_secret_it_names_is_given(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert set(environment) <= known_names()
    files = {value for key, value in environment.items() if key.endswith("_FILE")}
    assert files == {f"/run/secrets/{secret}" for secret in SERVICES[name]["secrets"]}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_and_target_exists(name: str) -> None:
    assert SERVICES[name]["command"][0] in get_commands()
    build = SERVICES[name]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    stages = re.findall(r"(?m)^FROM .* AS (\S+)$", (DEPLOY / "Dockerfile").read_text())
    assert build["target"] in stages
    assert SERVICES[name]["image"].startswith(f"frameflow-{build['target']}:")


@pytest.mark.parametrize("name", ["web", "bus"])
def test_the_health_check_is_understood(name: str) -> None:
    words = SERVICES[name]["healthcheck"]["test"]
    assert words[:4] == ["CMD", "python", "-m", "frameflow.heartbeat"]
    asked = subprocess.run([sys.executable, *words[2:]], cwd=ROOT, capture_output=True, text=True)
    assert asked.returncode in (0, 1), asked.stderr


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    if name not in ONCE:
        assert service["deploy"]["resources"]["limits"]["memory"]
        assert service["stop_grace_period"]


def test_only_nginx_is_reached_from_outside_and_a_worker_reaches_nothing() -> None:
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["nginx"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    inner = {name for name, each in SERVICES.items() if each["networks"] == ["back"]}
    assert inner == {"worker", "migrate", "bucket", "postgres", "redis", "objects"}


def test_a_worker_holds_no_key_and_no_schema_of_another() -> None:
    assert set(SERVICES["worker"]["secrets"]) == {
        "processing_database_url",
        "redis_url",
        "s3_secret_access_key",
    }
    assert SERVICES["worker"]["environment"]["FRAMEFLOW_CONTEXTS"] == "processing"


def test_whoever_waits_waits_for_somebody_who_can_be_ready() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[name]["healthcheck"]
            else:
                assert name in ONCE


def test_every_file_that_is_mounted_exists() -> None:
    mounted = [
        filled(volume).split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    assert mounted
    assert [path for path in mounted if not (DEPLOY / path).is_file()] == []


def test_the_public_address_follows_the_port() -> None:
    given = SERVICES["nginx"]["environment"]["PUBLIC_URL"]
    assert given == SERVICES["web"]["environment"]["PUBLIC_URL"]
    assert filled(given) == "https://localhost:8443"
    assert "${HTTPS_PORT:-8443}:8443" in SERVICES["nginx"]["ports"]


def test_no_command_line_holds_a_secret() -> None:
    for service in SERVICES.values():
        words = " ".join([*service.get("command", []), *service.get("entrypoint", [])])
        assert not re.search(r"(?i)pass|secret(?!s/)|\$\(", words.replace("/run/secrets/", ""))


def test_the_images_are_pinned() -> None:
    named = {each["image"] for name, each in SERVICES.items() if name not in OURS}
    assert [image for image in named if not re.search(r":\d", image)] == []


def test_postgres_has_room_for_two_of_each() -> None:
    [limit] = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["postgres"]["command"]))
    web, bus = per_web(ALIASES), per_bus(ALIASES)
    assert int(limit) >= 2 * web + 2 * bus + 10 * PER_WORKER + 3  # kept for superusers
