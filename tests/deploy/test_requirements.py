"""What is shipped is what was tested, and each direct part of it has a licence that is told."""

import re

import pytest

from tests import scripts
from tests.deploy.sources import ROOT

PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)
NAME = re.compile(r"^([A-Za-z][\w.-]*)", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> set[tuple[str, str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {(found[1], found[2]) for found in PIN.finditer(text)}


def direct(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.in").read_text()
    return {plain(found) for found in NAME.findall(text)}


@pytest.mark.parametrize("name", ["base", "worker", "local"])
def test_the_tests_run_with_the_versions_that_are_shipped(name: str) -> None:
    assert len(pins(name)) > 40
    assert pins(name) - pins("dev") == set()


def told() -> set[str]:
    text = (ROOT / "THIRD_PARTY.md").read_text()
    return {plain(each) for each in re.findall(r"`([\w.-]+)`", text)}


@pytest.mark.parametrize("name", ["base", "worker", "local", "dev", "bench"])
def test_every_direct_dependency_has_its_licence(name: str) -> None:
    assert direct(name) - told() == set()


def test_every_script_of_others_has_its_licence() -> None:
    assert {plain(name) for name in scripts.pinned()} - told() == set()


def test_an_image_takes_nothing_that_is_not_locked() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert [each for each in installs if "--require-hashes --no-deps" not in each] == []
