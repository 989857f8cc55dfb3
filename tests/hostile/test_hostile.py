"""Each hostile input gets its answer, and reaches nothing; a careless program suffers from it."""

import random
from pathlib import Path

import pytest

from apps.processing.extraction import Options
from tests.hostile import inputs as _inputs  # noqa: F401 - registers them
from tests.hostile.caged import LIMITS, WALL_S, Seen, look, see
from tests.hostile.control import suffer_all, table
from tests.hostile.registry import INPUTS, READY
from tests.hostile.seeds import clip
from tests.hostile.surroundings import surroundings
from tests.processing.extraction.forks import ROGUE, forking
from tests.processing.extraction.running import run

#: How often the child of each usable video was looked at.
looks: list[int] = []
HARMFUL = [each for each in INPUTS.values() if each.harm]


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is started once and kept is no leftover of an input."""
    path = tmp_path_factory.mktemp("warm") / "clip"
    path.write_bytes(clip("mp4"))
    assert run(path).pictures


@pytest.mark.parametrize("name", INPUTS)
def test_a_hostile_input(name: str, tmp_path: Path) -> None:
    random.seed(1)  # encoders and generators give the same bytes each time
    seen = see(INPUTS[name], tmp_path)
    assert seen.outcome in INPUTS[name].codes, seen.detail
    assert seen.pictures or seen.warnings or seen.outcome != READY
    assert_nothing_was_reached(seen)
    assert seen.seconds < WALL_S
    assert seen.peak_bytes < LIMITS.memory_bytes
    assert seen.detail.isprintable()
    if seen.outcome == READY:
        looks.append(seen.looks)


def assert_nothing_was_reached(seen: Seen) -> None:
    assert not seen.opened, "the child had something else open"
    assert not seen.touched, "a file beside the input was opened, made or changed"
    assert not seen.calls, "a server was called"
    assert not seen.left_behind


def test_the_traps_are_real(tmp_path: Path) -> None:
    suffered = suffer_all(HARMFUL, tmp_path)
    print(table(suffered))  # noqa: T201 - shown on failure, or with -s
    harmless = [each.name for each in HARMFUL if each.harm not in suffered[each.name].harms]
    assert not harmless, "a careless program does not suffer from them, so they prove nothing"


def test_they_were_watched() -> None:
    """A child may be gone within two looks, but most are not."""
    assert sum(map(bool, looks)) >= len(looks) * 0.8


def test_a_child_that_holds_what_it_should_not_is_seen(tmp_path: Path) -> None:
    with forking(ROGUE), surroundings(tmp_path) as (place, servers):
        path = place.folder / "input"
        path.write_text("holding")
        seen = look(path, servers, Options())
    assert seen.looks
    assert seen.peak_bytes
    assert str(place.folder / "neighbour.mp4") in seen.opened
    assert "neighbour.mp4" in seen.touched


def test_there_are_many() -> None:
    assert len(INPUTS) > 500
