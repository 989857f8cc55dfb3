"""The system checks of the wiring, each seen to speak."""

from typing import ClassVar

from django.core.checks import run_checks

from frameflow.bus.checks import problems_of
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
