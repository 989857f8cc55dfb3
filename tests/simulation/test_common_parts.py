"""The parts that both rungs share: the dice repeat themselves, the dead do nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from frameflow.bus.exceptions import BusUnavailable
from frameflow.storage import ObjectNotFound, StorageError
from tests.simulation.actors import Actor, pause
from tests.simulation.corpus import kept
from tests.simulation.faults import Faults
from tests.simulation.network import Network
from tests.simulation.objects import Objects
from tests.simulation.report import Report
from tests.simulation.schedule import Action, Schedule

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def schedule() -> Schedule:
    """A schedule in fine weather."""
    schedule = Schedule(1)
    schedule.weather.clear_up()
    return schedule


@pytest.fixture
def objects(schedule: Schedule) -> Objects:
    return Objects(Faults(schedule), lambda: AT, lambda: True)


def chosen(seed: int) -> list[str]:
    schedule = Schedule(seed)
    actions = [Action(name, lambda: None, weight) for name, weight in (("a", 1), ("b", 3))]
    for _ in range(400):
        schedule.pick(actions)
    return schedule.trace


def test_a_seed_says_all_and_weights_are_kept() -> None:
    assert chosen(7) == chosen(7) != chosen(8)
    assert 250 < Counter(chosen(7))["b"] < 350


def test_an_actor_goes_on_one_step_at_a_time() -> None:
    said: list[str] = []

    def deed() -> None:
        said.append("first")
        pause()
        said.append("second")

    actor = Actor("somebody", deed)
    actor.step()
    assert (said, actor.is_at_work) == (["first"], True)
    actor.step()
    assert (said, actor.is_at_work) == (["first", "second"], False)


def test_what_a_killed_actor_still_tries_has_no_effect(objects: Objects) -> None:
    def deed() -> None:
        try:
            pause()
        finally:
            objects.put("a/b/last-words", b"x")

    actor = Actor("somebody", deed)
    actor.step()
    actor.kill()
    assert not actor.is_at_work
    assert objects.keys() == ()


def test_an_actor_dies_before_or_after_its_deed(schedule: Schedule, objects: Objects) -> None:
    for number in range(200):
        schedule.weather.death = 0.3
        actor = Actor("somebody", lambda key=f"a/{number}/source": objects.put(key, b"x"))
        while actor.is_at_work:
            actor.step()
    schedule.weather.clear_up()
    met = objects._faults.met
    dead_before, dead_after = met["before somebody: put source"], met["after somebody: put source"]
    assert dead_before > 20
    assert dead_after > 20
    assert len(objects.keys()) == 200 - dead_before
    assert len(objects.unfinished) == dead_before


@pytest.mark.parametrize(("sought", "least", "most"), [(1.0, 40, 40), (0.25, 3, 20), (0.0, 0, 0)])
def test_somebody_dies_once_at_each_point_that_is_sought(
    schedule: Schedule, objects: Objects, sought: float, least: int, most: int
) -> None:
    schedule.weather.clear_up(sought=sought)
    for number in range(80):
        key = f"a/{number}/source"
        actor = Actor(f"n{number % 20} hears it", lambda key=key: objects.put(key, b"x"))
        while actor.is_at_work:
            actor.step()
    met = objects._faults.met
    assert least <= met.total() <= most
    assert set(met.values()) <= {1}
    assert all(point.split()[1] in {f"n{number}:" for number in range(20)} for point in met)


def test_a_deed_may_be_refused_or_be_done_and_fail(schedule: Schedule) -> None:
    faults = Faults(schedule)
    schedule.weather.refusal = schedule.weather.store_doubt = 1.0
    with pytest.raises(OperationalError):
        faults.before("commit", OperationalError("away"))
    faults.before("put", StorageError("away"))
    with pytest.raises(StorageError):
        faults.after("put", StorageError("no answer"))
    assert set(faults.met) == {"refused: world: commit", "unknown: world: put"}


def test_a_store_without_faults_is_a_store(objects: Objects) -> None:
    objects.put("a/b/source", b"abc")
    assert objects.stat("a/b/source").size_bytes == 3
    assert b"".join(objects.read("a/b/source", 1)) == b"bc"
    assert [each.key for each in objects.list("a/")] == ["a/b/source"]
    objects.delete("a/b/source")
    with pytest.raises(ObjectNotFound):
        objects.stat("a/b/source")


def test_an_object_grows_by_what_was_saved(objects: Objects) -> None:
    with objects.grow("a/b/source", 0) as growing:
        growing.write(b"abc")
        growing.save()
        growing.write(b"lost")
    with objects.grow("a/b/source", 3) as growing:
        growing.write(b"de")
        growing.save()
    with pytest.raises(ObjectNotFound):
        objects.finish("a/b/source", 6)
    objects.finish("a/b/source", 5)
    objects.finish("a/b/source", 5)
    assert (objects.content("a/b/source"), objects.grown_at) == (b"abcde", {})


def test_what_has_grown_is_discarded_or_given_up_as_old(objects: Objects) -> None:
    for key in ("a/b/source", "a/c/source"):
        with objects.grow(key, 0) as growing:
            growing.write(b"abc")
            growing.save()
    objects.discard("a/b/source")
    assert list(objects.grown_at) == ["a/c/source"]
    assert objects.abort_stale_writes(1) == 0
    assert objects.abort_stale_writes(0) == 1
    assert objects.grown_at == {}
    with pytest.raises(ObjectNotFound), objects.grow("a/c/source", 3):
        pass


def network_in(schedule: Schedule) -> Network:
    return Network(schedule, ("one", "two"), lambda consumer, message: consumer.encode() < message)


def test_a_network_in_fine_weather_brings_everything_to_whoever_hears_it(
    schedule: Schedule,
) -> None:
    network = network_in(schedule)
    network.publish([b"three", b"pea"])
    assert sorted(network.under_way["one"]) == [b"pea", b"three"]
    assert network.waiting() == ["one"]
    network.take("one")
    network.empty()
    assert network.waiting() == []


def test_a_network_in_bad_weather_loses_doubles_and_reorders(schedule: Schedule) -> None:
    network = network_in(schedule)
    schedule.weather.loss, schedule.weather.doubling = 0.3, 0.5
    sent = [f"{number:04}".encode().replace(b"0", b"z", 1) for number in range(1000)]
    network.publish(sent)
    arrived = [network.take("one") for _ in range(len(network.under_way["one"]))]
    copies = Counter(arrived)
    assert 200 < sum(copies[each] == 0 for each in sent) < 400
    assert 250 < sum(copies[each] == 2 for each in sent) < 450
    assert list(dict.fromkeys(arrived)) != [each for each in sent if copies[each]]


def test_a_network_can_be_away(schedule: Schedule) -> None:
    network = network_in(schedule)
    network.is_away = True
    with pytest.raises(BusUnavailable):
        network.publish([b"three"])


@pytest.mark.parametrize("rung", [1, 2])
def test_the_kept_seeds_can_be_read(rung: int) -> None:
    assert {each.rung for each in kept(rung)} <= {rung}


def test_a_kept_seed_has_to_say_what_it_broke(tmp_path: Path) -> None:
    file = tmp_path / "corpus.toml"
    file.write_text('[[seed]]\nrung = 2\nseed = 1\nbroke = "a cancel was lost"\n')
    assert [each.seed for each in kept(2, file)] == [1]
    assert kept(1, file) == []
    file.write_text('[[seed]]\nrung = 2\nseed = 1\nbroke = " "\n')
    with pytest.raises(ValueError, match="does not say"):
        kept(2, file)


def test_unfinished_writes_are_only_counted_where_nothing_is_to_change(objects: Objects) -> None:
    objects.unfinished = [AT - timedelta(days=2), AT]
    assert objects.abort_stale_writes(3600, dry_run=True) == 1
    assert len(objects.unfinished) == 2
    assert objects.abort_stale_writes(3600) == 1
    assert objects.unfinished == [AT]


def test_the_world_itself_has_no_points_of_death() -> None:
    report = Report()
    points = ("before worker: put frame", "after worker: put frame", "before world: put source")
    report.passed.update({*points, "after world: put source"})
    assert "2 points of death; 0 faults met" in list(report.lines())
