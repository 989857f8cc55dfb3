"""Orders to stop at a named point, and the work-horses that stand still there."""

import json
import time
from dataclasses import dataclass, field

from tests.chaos.plan import Fault
from tests.chaos.processes import let_go
from tests.chaos.system import System
from tests.e2e.freezing import MARK, ORDER
from tests.e2e.stack import Stack

ORDER_LASTS_S = 10.0


@dataclass(frozen=True)
class Frozen:
    """A work-horse that stands still at a named point, with the claim it told of."""

    host: Stack
    pid: int
    parent: int
    event: str
    job: str
    fence: int


@dataclass
class Freezer:
    """At most one order for each host; `missed` counts those that nobody met in time."""

    system: System
    orders: dict[str, tuple[Fault, float]] = field(default_factory=dict)
    missed: int = 0

    def free(self) -> list[Stack]:
        """Return the hosts whose worker runs, is not paused, and has no order."""
        return [
            host
            for host in self.system.running("worker")
            if host.folder.name not in self.orders
            and not self.system.is_paused(host.processes["worker"].pid)
        ]

    def order(self, fault: Fault) -> bool:
        """Have the next job of some host stop at the fault's point; False where none is free."""
        free = self.free()
        if not free:
            return False
        host = free[int(fault.dice * len(free))]
        (host.folder / ORDER).write_text(fault.where)
        self.orders[host.folder.name] = fault, time.monotonic()
        return True

    def found(self, now: float) -> list[tuple[Frozen, Fault]]:
        """Return what stands still as ordered; take back the orders that nobody meets."""
        found = []
        for host in self.system.hosts.workers:
            ordered, frozen = self.orders.get(host.folder.name), _frozen(host)
            if frozen and ordered:
                found.append((frozen, ordered[0]))
            elif frozen:  # it met an order that was just taken back
                let_go(frozen.pid)
                self.forget(frozen)
            elif ordered and now - ordered[1] > ORDER_LASTS_S:
                (host.folder / ORDER).unlink(missing_ok=True)
                del self.orders[host.folder.name]
                self.missed += 1
        return found

    def forget(self, frozen: Frozen) -> None:
        """An order was met."""
        (frozen.host.folder / MARK).unlink(missing_ok=True)
        self.orders.pop(frozen.host.folder.name, None)

    def end(self) -> None:
        """Take back every order, and let go of what stands still."""
        self.orders.clear()
        for host in self.system.hosts.workers:
            (host.folder / ORDER).unlink(missing_ok=True)
        self.found(time.monotonic())


def _frozen(host: Stack) -> Frozen | None:
    try:
        told = json.loads((host.folder / MARK).read_text())
    except FileNotFoundError:
        return None
    facts = {name: told[name] for name in ("pid", "parent", "event", "job", "fence")}
    return Frozen(host, **facts)
