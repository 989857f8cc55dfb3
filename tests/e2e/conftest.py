"""One stack for all end-to-end tests of a test process; a fresh account for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import media
from tests.e2e.client import Person
from tests.e2e.stack import Stack, eventually, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), "web", "bus", "worker-1") as stack:
        yield stack


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 seconds: frames at 0, 10 and 20."""
    return media.make_video(tmp_path_factory.mktemp("media") / "clip.mp4", seconds=25)


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    with Person(stack) as person:
        yield person


@pytest.fixture
def other(stack: Stack) -> Iterator[Person]:
    """A stranger to the first one."""
    with Person(stack) as other:
        yield other


def promise_holds(stack: Stack) -> None:
    """Fail with the breaches unless every invariant holds once the system is quiet."""
    last = ""

    def quiet() -> bool | None:
        nonlocal last
        checked = stack.manage("check_invariants")
        last = checked.stdout + checked.stderr
        return checked.returncode == 0 or None

    try:
        eventually(quiet, "the system is quiet")
    except AssertionError:
        raise AssertionError(last) from None
