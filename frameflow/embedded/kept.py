"""A child that is started again whenever it ends."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from frameflow.embedded import children
from frameflow.embedded.console import say
from frameflow.embedded.logfiles import last_words

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
#: Who lived so long had a good start: the next pause is the shortest again.
GOOD_START_S = 30.0


class Kept:
    """Keeps one child alive, with growing pauses, for ever."""

    def __init__(
        self,
        name: str,
        spawn: Callable[[], children.Process],
        log: Path,
        process: children.Process | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._spawn = spawn
        self._pause_s = FIRST_PAUSE_S
        self._again_at: float | None = None
        self._started_at = time.monotonic()
        self.process = process or spawn()

    def look(self) -> None:
        """Notice the end of the child, or start it again when the pause is over."""
        now = time.monotonic()
        if self._again_at is None:
            if self.process.poll() is not None:
                self._mourn(now)
        elif now >= self._again_at:
            self._again_at = None
            self._started_at = now
            self.process = self._spawn()

    def _mourn(self, now: float) -> None:
        children.kill_group(self.process)  # what it left in its group must not meet its successor
        if now - self._started_at > GOOD_START_S:
            self._pause_s = FIRST_PAUSE_S
        say(
            f"{self.name} {self._ending()}; starting it again in {self._pause_s:g} s "
            f"(log: {self.log})"
        )
        self._again_at = now + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _ending(self) -> str:
        code: int = self.process.returncode
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with code {code}: {last_words(self.log)}"
