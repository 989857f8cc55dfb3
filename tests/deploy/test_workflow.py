"""The public build: every file, target and service that it names is there."""

import re
import subprocess
import sys
from pathlib import Path

import yaml
from django.core.management import get_commands

from tests.deploy.sources import COMPOSE, ROOT
from tests.e2e.ground import WORDS as WORDS_OF_A_GROUND

WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
JOBS = yaml.safe_load(WORKFLOW.read_text())["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]
WORDS = "\n".join(step.get("run", "") for step in STEPS)


def test_it_is_what_the_builder_expects() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    command = [checker, "--builtin-schema", "vendor.github-workflows", WORKFLOW]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_action_is_pinned() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert [each for each in used if not re.search(r"@v\d", each)] == []


def test_it_runs_the_checks_and_the_tests_and_builds_both_images() -> None:
    assert {"make check", "make test", "make audit"} <= {step.get("run") for step in STEPS}
    assert set(re.findall(r"--target (\w+)", WORDS)) == {"web", "worker"}
    assert "docker compose config" in WORDS
    assert "docker compose up" in WORDS


def test_it_runs_the_whole_product_on_every_ground() -> None:
    matrix = JOBS["grounds"]["strategy"]["matrix"]
    words = {name.upper(): tuple(each) for name, each in matrix.items()}
    assert words == WORDS_OF_A_GROUND


def test_every_name_in_it_is_there() -> None:
    for module in re.findall(r"-m ([\w.]+)", WORDS):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    for path in re.findall(r"(?<![\w/])deploy/[\w./-]+", WORDS):
        assert (ROOT / path).exists() or path.startswith("deploy/secrets/")
    for service, command in re.findall(r"compose run --rm (\w+) (\w+)", WORDS):
        assert service in COMPOSE["services"]
        assert command in get_commands()
    for container in re.findall(rf"{COMPOSE['name']}-(\w+)-1", WORDS):
        assert container in COMPOSE["services"]
