"""`frameflow.settings.prod` refuses what is insecure in one line, and is clean when it is not."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from frameflow.embedded import local_secrets
from tests.deploy.sources import ROOT

STRONG = sha256(b"the same in every process of the tests").hexdigest()
MISSING = "SECRET_KEY is missing: give it, or name a file that holds it in SECRET_KEY_FILE."
WEAK = {
    "": MISSING,
    "django-insecure-" + STRONG: "SECRET_KEY is one of Django's defaults, which everybody can",
    STRONG[:49]: "SECRET_KEY must be random and have at least 50 characters.",
    "ab" * 40: "SECRET_KEY must be random and have at least 50 characters.",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What production gives: secrets in files, nothing secret in a variable."""
    folder = tmp_path_factory.mktemp("secrets")
    made = local_secrets(folder)
    (folder / "key").write_text(STRONG + "\n")
    (folder / "jwt").write_text(made["JWT_SIGNING_KEY"])
    without = {k: v for k, v in os.environ.items() if k not in made}
    return {
        **without,
        "DJANGO_SETTINGS_MODULE": "frameflow.settings.prod",
        "SECRET_KEY_FILE": str(folder / "key"),
        "JWT_SIGNING_KEY_FILE": str(folder / "jwt"),
        "ALLOWED_HOSTS": "frames.example.com",
        "PUBLIC_URL": "https://frames.example.com",
    }


def check(environment: dict[str, str], **changed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**environment, **changed},
        capture_output=True,
        text=True,
    )


def test_production_settings_are_clean(environment: dict[str, str]) -> None:
    done = check(environment)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(("key", "sentence"), WEAK.items())
def test_a_weak_key_is_refused_in_one_line(
    key: str, sentence: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(key)
    refused = check(environment, SECRET_KEY_FILE=str(tmp_path / "key"))
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert line.startswith(f"Frame Flow cannot start: {sentence}")


def test_a_missing_jwt_key_is_refused_in_one_line(environment: dict[str, str]) -> None:
    refused = check(environment, JWT_SIGNING_KEY_FILE="")
    [line] = refused.stderr.splitlines()
    assert line.startswith("Frame Flow cannot start: JWT_SIGNING_KEY must be a P-256 private key")


def test_links_without_an_address_of_our_own_are_warned_of(environment: dict[str, str]) -> None:
    warned = check(environment, PUBLIC_URL="")
    assert warned.returncode == 1
    assert "Set PUBLIC_URL to the address that people see." in warned.stderr


def test_a_worker_that_knows_processing_alone_needs_no_key(environment: dict[str, str]) -> None:
    keyless = {"SECRET_KEY_FILE": "", "JWT_SIGNING_KEY_FILE": ""}
    done = check(environment, FRAMEFLOW_CONTEXTS="processing", **keyless)
    assert done.returncode == 0, done.stderr
    refused = check(environment, FRAMEFLOW_CONTEXTS="processing,upload", **keyless)
    assert MISSING in refused.stderr
