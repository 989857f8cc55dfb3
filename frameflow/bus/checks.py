"""Mistakes in the wiring of messages, found before the first one is sent."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from frameflow.bus.backends import backend
from frameflow.bus.registry import subscriptions
from frameflow.contracts import Command, Message, message_classes


@register("bus")
def check_messages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Compare the published language with the handlers of the active contexts."""
    active = {context.name for context in settings.ACTIVE_CONTEXTS}
    heard = subscriptions()
    spoken = [each for each in message_classes() if each.owner != "bus"]
    return [problem for each in spoken for problem in problems_of(each, heard, active)]


@register("bus")
def check_backend(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Make the transport that the settings name; it connects to nothing yet."""
    try:
        backend()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="See docs/howto/add-a-bus-backend.md.", id="bus.E005")]
    return []


def problems_of(
    message: type[Message], heard: frozenset[tuple[str, str]], active: set[str]
) -> Iterator[CheckMessage]:
    """Yield what is wrong with one message class."""
    name = message.type
    if not message.consumers:
        yield Error(f"Nobody hears {name}.", hint="Name its consumers.", id="bus.E001")
    if issubclass(message, Command) and len(message.consumers) != 1:
        yield Error(f"The command {name} must have exactly one handler.", id="bus.E002")
    hearing = {consumer for consumer, type_ in heard if type_ == name}
    for consumer in sorted(set(message.consumers) & active - hearing):
        hint = f"Subscribe in apps/{consumer}/handlers.py."
        yield Error(f"{consumer} should hear {name} but does not.", hint=hint, id="bus.E003")
    for consumer in sorted(hearing - set(message.consumers)):
        hint = f"Add it to {message.__name__}.consumers."
        yield Error(f"{consumer} hears {name} but is not named.", hint=hint, id="bus.E004")
