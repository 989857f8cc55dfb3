"""Times in which the store fails: told when they are over, and only where somebody met one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.chaos.plan import Fault
from tests.proxy import Proxy

SERVER_ERROR = (
    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: 60\r\n"
    b"Connection: close\r\n\r\n<Error><Code>SlowDown</Code><Message>later</Message></Error>"
)

Facts = dict[str, Any]


@dataclass(frozen=True)
class Spell:
    """What was begun, `until` a moment of time.monotonic(), and who is told of it in the end."""

    fault: Fault
    began_at: float
    until: float
    tell: Callable[[Facts], None]


class Spells:
    """At most one at a time: the next ends the one before. `unmet` counts those that touched
    nobody."""

    def __init__(self, store: Proxy) -> None:
        self._store = store
        self._now: Spell | None = None
        self.unmet = 0

    def begin(self, fault: Fault, tell: Callable[[Facts], None]) -> None:
        """Let the store fail for as long as the fault lasts."""
        self.end()
        until = time.monotonic() + fault.seconds
        self._now = Spell(fault, time.time(), until, tell)
        acts: dict[str, Callable[[], object]] = {
            "let the store err": lambda: self._store.answer(SERVER_ERROR),
            "let the store stall": self._store.hang,
            "lose the store's answers": self._store.lose_answers,
        }
        acts[fault.what]()

    def turn(self, now: float) -> None:
        """Give back the store when its time is over."""
        if self._now and now > self._now.until:
            self.end()

    def end(self) -> None:
        """Give back the store at once."""
        spell, self._now = self._now, None
        touched = self._store.touched
        self._store.pass_on()
        if spell and touched:
            seconds = time.time() - spell.began_at
            spell.tell({"began_at": spell.began_at, "lasted_s": seconds, "touched": touched})
        self.unmet += bool(spell and not touched)
