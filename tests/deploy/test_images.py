"""The Dockerfile, as far as it can be known without building it."""

import fnmatch
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from frameflow.variables import known_names
from tests.architecture.test_bare_imports import WEB
from tests.deploy.sources import DEPLOY, ROOT, instructions

COPIES = [rest.split() for word, rest in instructions() if word == "COPY" and "--from" not in rest]
IGNORE = [
    line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"
]
ALLOWED = [line[1:] for line in IGNORE if line.startswith("!")]
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
OF_PIP = {"PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR"}

#: Lets a process import only what a requirements file installs.
ONLY_INSTALLED = """
import importlib.metadata, re, sys
from pathlib import Path
def plain(name): return re.sub(r"[-_.]+", "-", name).lower()
names = {{plain(each) for each in re.findall(r"^([\\w.-]+)==", Path({file!r}).read_text(), re.M)}}
owners = importlib.metadata.packages_distributions()
class Refusing:
    def find_spec(self, name, path=None, target=None):
        owned = owners.get(name.partition(".")[0])
        if owned and not names & {{plain(each) for each in owned}}:
            raise ImportError(f"{{name}} is not in {file}")
sys.meta_path.insert(0, Refusing())
"""


def run(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def only(requirements: str) -> str:
    return ONLY_INSTALLED.format(file=str(ROOT / "requirements" / requirements))


def names_in(requirements: str) -> set[str]:
    text = (ROOT / "requirements" / requirements).read_text()
    return set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))


@pytest.mark.parametrize("path", [path for copied in COPIES for path in copied[:-1]])
def test_what_is_copied_exists_and_is_not_ignored(path: str) -> None:
    assert (ROOT / path).exists()
    assert any(fnmatch.fnmatch(path, pattern) for pattern in ALLOWED)


def test_nothing_else_reaches_the_builder() -> None:
    assert IGNORE[0] == "*"
    copied = {path for each in COPIES for path in each[:-1]}
    assert [each for each in ALLOWED if not fnmatch.filter(copied, each)] == []


def test_every_command_exists() -> None:
    commands = [rest for word, rest in instructions() if word == "CMD"]
    asked = [re.findall(r'"([^"]+)"', rest)[0] for rest in commands]
    assert asked == ["runworker", "runweb"]
    assert set(asked) <= set(get_commands())


@pytest.mark.parametrize("stage", ["web", "worker"])
def test_the_health_check_is_understood(stage: str) -> None:
    [check] = [rest for word, rest in instructions(stage) if word == "HEALTHCHECK"]
    words = re.findall(r'"([^"]+)"', check)
    assert words[:3] == ["python", "-m", "frameflow.heartbeat"]
    asked = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True)
    assert asked.returncode in (0, 1), asked.stderr  # 2: the words are not understood


def test_every_variable_is_known() -> None:
    given = [rest for word, rest in instructions() if word == "ENV"]
    names = {pair.partition("=")[0] for rest in given for pair in shlex.split(rest)}
    assert names - OF_PYTHON - OF_PIP <= known_names()


def test_the_images_run_as_a_user_with_a_number_who_is_not_root() -> None:
    [user] = [rest for word, rest in instructions() if word == "USER"]
    assert [int(number) > 0 for number in user.split(":")] == [True, True]


def test_the_web_image_holds_no_decoder_and_the_last_stage_is_the_web() -> None:
    assert "av" not in names_in("base.txt")
    assert "av" in names_in("worker.txt")
    sources = {
        stage: [rest for word, rest in instructions(stage) if word == "COPY" and "--from" in rest]
        for stage in ("web", "worker")
    }
    assert sources["web"] == ["--from=web-packages /opt/frameflow /opt/frameflow"]
    assert [rest for word, rest in instructions() if word == "FROM"][-1].endswith("AS web")
    packed = " ".join(rest for word, rest in instructions("web-packages") if word == "RUN")
    assert "/requirements/base.txt" in packed
    assert "worker.txt" not in packed


OF_THE_WEB = "frameflow.bus.process, frameflow.operations.management.commands.runweb"
OF_THE_WORKER = "apps.processing.jobs.run, apps.processing.extraction.child.serving"
SET_UP = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
django.setup()
"""


def test_web_and_bus_find_what_their_image_installs() -> None:
    addresses = WEB.partition('print("av"')[0]  # every view is imported
    done = run(f"{only('base.txt')}{addresses}\nimport {OF_THE_WEB}")
    assert done.returncode == 0, done.stderr


def test_a_worker_finds_what_its_image_installs() -> None:
    done = run(f"{only('worker.txt')}{SET_UP}\nimport {OF_THE_WORKER}")
    assert done.returncode == 0, done.stderr


def test_the_decoder_would_be_missed_in_the_web_image() -> None:
    done = run(f"{only('base.txt')}\nimport av\n")
    assert "av is not in" in done.stderr


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
