"""One context on the bus: what it keeps, how it speaks, and who in it hears what."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from frameflow.bus.backends import BaseBackend, backend
from frameflow.bus.ledger import Ledger, ledger_of
from frameflow.bus.registry import Handler, handler_of


@dataclass(frozen=True)
class Party:
    """Everything that relay and consumer need of a context; `handler_of` takes a wire name."""

    ledger: Ledger
    transport: BaseBackend
    handler_of: Callable[[str], Handler | None]

    @classmethod
    def of(cls, context: "str | Party") -> "Party":
        """Return a context's part as the product has it, for its alias; a party as it is."""
        if isinstance(context, Party):
            return context
        return cls(ledger_of(context), backend(), partial(handler_of, context))

    @property
    def name(self) -> str:
        return self.ledger.context
