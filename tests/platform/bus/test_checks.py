"""The system checks of the wiring, each seen to speak."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.core.checks import run_checks

from frameflow.bus.backends import backend
from frameflow.bus.checks import check_backend, problems_of
from frameflow.contracts import Command, Event

ACTIVE = {"upload", "download"}


def test_the_wiring_of_this_project_has_no_mistakes() -> None:
    assert run_checks(tags=["bus"]) == []


def ids(message: type[Event] | type[Command], heard: set[tuple[str, str]]) -> list[str]:
    return [each.id or "" for each in problems_of(message, frozenset(heard), ACTIVE)]


def test_an_event_that_nobody_hears_is_a_mistake() -> None:
    class Sneezed(Event):
        consumers: ClassVar[tuple[str, ...]] = ()

    assert ids(Sneezed, set()) == ["bus.E001"]


def test_a_command_has_one_handler() -> None:
    class Sneeze(Command):
        consumers: ClassVar[tuple[str, ...]] = ("upload", "download")

    assert "bus.E002" in ids(Sneeze, {("upload", ""), ("download", "")})


def test_consumers_and_subscriptions_must_agree() -> None:
    class Yawned(Event):
        consumers: ClassVar[tuple[str, ...]] = ("upload", "auth")

    assert ids(Yawned, {("download", "")}) == ["bus.E003", "bus.E004"]


@pytest.fixture
def afresh() -> Iterator[None]:
    """The transport is made anew, and again after the test."""
    backend.cache_clear()
    yield
    backend.cache_clear()


STREAMS = "frameflow.bus.backends.redis_streams.RedisStreamsBackend"


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "cannot import ''"),
        ({"BACKEND": "frameflow.bus.backends.pigeons.Pigeons"}, "cannot import"),
        ({"BACKEND": "datetime.datetime", "OPTIONS": {"year": 1, "month": 1, "day": 1}}, "no back"),
        ({"BACKEND": STREAMS, "OPTIONS": {"url": "redis://x", "topic": "y"}}, "topic"),
        ({"BACKEND": STREAMS, "OPTIONS": {"url": "http://x", "channel": "y"}}, "schemes"),
    ],
)
def test_a_transport_that_cannot_be_made_is_a_mistake(
    settings: Any, chosen: dict[str, Any], said: str
) -> None:
    settings.EVENT_BUS = {"default": chosen}
    (problem,) = check_backend(None)
    assert problem.id == "bus.E005"
    assert said in problem.msg
