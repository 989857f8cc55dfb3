"""What happens to an upload on its way: cuts, a server away or dead, a page loaded again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.pages.senders import Sender
from tests.e2e.films import MIB
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import PATIENCE_S

RATE_BYTES_S: Final = 8 * MIB
CUTS: Final = 5
OUTAGE_S: Final = 20.0
OFFLINE_S: Final = 25.0
POLL_MS: Final = 50


class GaveUp(Exception):
    """The page will not go on alone; says what it says."""


@dataclass
class Course:
    """One upload under way, and the line and the server that it depends on."""

    stack: Stack
    line: Proxy
    sender: Sender
    film: Path
    cuts: int = 0

    @property
    def film_bytes(self) -> int:
        return self.film.stat().st_size

    def until(self, is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait while the browser works; raises `GaveUp`, also where it takes too long."""
        left_ms = 1000 * patience_s
        while not is_so():
            if said := self.sender.gave_up():
                raise GaveUp(said)
            if left_ms <= 0:
                raise GaveUp(f"nothing more for {patience_s:.0f} s")
            self.rest(POLL_MS)
            left_ms -= POLL_MS

    def rest(self, ms: float) -> None:
        """Let time pass; the browser goes on."""
        self.sender.page.wait_for_timeout(ms)

    def goes_on(self, share: float) -> None:
        """Wait until another share of the film has come through the line, or it is all sent."""
        mark = self.line.came_bytes + int(share * self.film_bytes)
        self.until(lambda: self.line.came_bytes >= mark or self.is_sent())

    def come_back(self) -> None:
        """Let the line be as it was."""
        self.line.pass_on()
        self.line.narrow(RATE_BYTES_S)

    def is_sent(self) -> bool:
        return bool(self.sender.video_id())


def cuts(course: Course) -> None:
    """The connection is cut five times, at even distances."""
    for _cut in range(CUTS):
        course.goes_on(1 / (CUTS + 2))
        if course.is_sent():
            return
        course.line.cut()
        course.cuts += 1


def outage(course: Course) -> None:
    """Nobody answers for 20 s."""
    course.goes_on(1 / 3)
    course.line.refuse()
    course.rest(1000 * OUTAGE_S)
    course.come_back()


def offline(course: Course) -> None:
    """The browser has no network for 25 s, and knows it."""
    course.goes_on(1 / 3)
    course.sender.page.context.set_offline(True)
    course.line.refuse()
    course.rest(1000 * OFFLINE_S)
    course.come_back()
    course.sender.page.context.set_offline(False)


def killed(course: Course) -> None:
    """The server is killed and started again, and then the connection is cut five times."""
    course.goes_on(1 / 6)
    course.stack.kill("web")
    course.stack.start("web")
    cuts(course)


def loaded_again(course: Course) -> None:
    """The page is loaded again, and the same file chosen."""
    course.goes_on(1 / 2)
    course.sender.open()
    course.sender.choose(course.film)


TROUBLES: Final[dict[str, Callable[[Course], None]]] = {
    "5 cuts": cuts,
    f"server away {OUTAGE_S:.0f} s": outage,
    f"offline {OFFLINE_S:.0f} s": offline,
    "killed, 5 cuts": killed,
    "loaded again": loaded_again,
}
