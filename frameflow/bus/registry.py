"""Who hears what."""

from collections.abc import Callable
from typing import Any, TypeVar

from frameflow.bus.exceptions import AlreadySubscribed
from frameflow.contexts import context_of
from frameflow.contracts import Message

Handler = Callable[[Any], None]
M = TypeVar("M", bound=Message)

_handlers: dict[tuple[str, str], Handler] = {}


def subscribe(message: type[M]) -> Callable[[Callable[[M], None]], Callable[[M], None]]:
    """Register a handler: the context whose `handlers.py` it stands in hears `message`.

    The handler runs inside the consumer's transaction, once for each message; it must be safe
    by its state table alone should the same message come again.
    """

    def register(handler: Callable[[M], None]) -> Callable[[M], None]:
        key = (context_of(handler.__module__).name, message.type)
        if key in _handlers:
            raise AlreadySubscribed(f"{key[0]} already hears {key[1]}")
        _handlers[key] = handler
        return handler

    return register


def handler_of(consumer: str, type_: str) -> Handler | None:
    """Return the handler by which a context hears a wire name, or None."""
    return _handlers.get((consumer, type_))


def subscriptions() -> frozenset[tuple[str, str]]:
    """Return every (consumer, wire name) pair."""
    return frozenset(_handlers)
