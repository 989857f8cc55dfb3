"""The published language and who speaks it."""

import inspect
from importlib import import_module
from types import FunctionType, ModuleType

import pytest

from frameflow import contracts
from frameflow.bus.exceptions import NotTheOwner
from frameflow.bus.ledger import ledger_of
from frameflow.bus.registry import handler_of, subscriptions
from frameflow.bus.transaction import UnitOfWork
from frameflow.contexts import CONTEXTS
from frameflow.contracts import Message, message_classes
from tests import messages
from tests.architecture.source import sources

#: Tests define messages of their own, which stay out of this.
SPOKEN = [
    each
    for each in message_classes()
    if each.__module__.startswith(contracts.__name__) and each.owner != "bus"
]
NAMES = [context.name for context in CONTEXTS]


def ours() -> set[tuple[str, str]]:
    """Return who hears what by the handlers of the contexts."""
    return {
        pair
        for pair in subscriptions()
        if (handler := handler_of(*pair)) and handler.__module__.startswith("apps.")
    }


def test_the_consumers_a_message_names_are_those_that_subscribe() -> None:
    named = {(consumer, each.type) for each in SPOKEN for consumer in each.consumers}
    assert ours() == named


@pytest.mark.parametrize("message", SPOKEN, ids=lambda each: each.type)
def test_the_owner_of_a_message_is_the_context_whose_file_defines_it(
    message: type[Message],
) -> None:
    assert message.__module__ == f"frameflow.contracts.{message.owner}"
    assert message.owner in NAMES


@pytest.mark.parametrize("message", SPOKEN, ids=lambda each: each.type)
def test_the_wire_name_is_the_name_of_the_class(message: type[Message]) -> None:
    words = [word.upper() for word in _words(message.__name__)]
    assert message.type == "_".join(words)


def test_a_handler_is_named_for_the_message_it_hears() -> None:
    for consumer, type_ in ours():
        handler = handler_of(consumer, type_)
        assert handler is not None
        assert handler.__name__ == f"on_{type_.lower()}"
        assert handler.__module__ == f"apps.{consumer}.handlers"


def test_no_context_may_publish_what_another_owns() -> None:
    said = messages.file_uploaded()
    for name in set(NAMES) - {said.owner}:
        with pytest.raises(NotTheOwner):
            UnitOfWork(ledger_of(name)).publish(said)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("room", ["services", "selectors"])
def test_services_and_selectors_take_keywords_only(name: str, room: str) -> None:
    taking_positions = [
        f"{function.__module__}.{function.__name__}"
        for module in _modules(f"apps.{name}.{room}")
        for function in _public_functions(module)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is not parameter.KEYWORD_ONLY
    ]
    assert not taking_positions


def _words(name: str) -> list[str]:
    starts = [index for index, letter in enumerate(name) if letter.isupper()]
    return [name[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _modules(room: str) -> list[ModuleType]:
    names = [each.module for each in sources("apps") if f"{each.module}.".startswith(f"{room}.")]
    return [import_module(name) for name in names]


def _public_functions(module: ModuleType) -> list[FunctionType]:
    """The face of a room: what `__all__` says, or what a room of one file defines."""
    chosen = getattr(module, "__all__", None)
    if chosen is None and "." in module.__name__.split(".", 2)[2]:
        return []  # a part of a room: its own affair
    return [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and (name in chosen if chosen is not None else value.__module__ == module.__name__)
    ]
