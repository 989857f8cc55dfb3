"""What is done at one moment to workers, other processes, servers and the ways there."""

from collections.abc import Callable
from typing import Any

import redis

from tests.chaos.plan import Fault
from tests.chaos.processes import child_of, family, let_go
from tests.chaos.system import System

Facts = dict[str, Any]


class Strikes:
    """Strikes what there is to strike."""

    def __init__(self, system: System) -> None:
        self._system = system

    def worker(self, fault: Fault, what: str, worker: int, horse: int) -> bool:
        """Strike a worker and the work-horse that has a job in hand, which stands still; False
        where there was nothing to strike."""
        everybody = [each.pid for each in family(worker)]
        acts: dict[str, Callable[[], object]] = {
            "kill the horse": lambda: self._system.kill(horse),
            "kill the worker": lambda: self._system.kill(worker),
            "kill the group": lambda: self._system.kill(*everybody),
            "kill the child": lambda: self._kill_child(worker, horse),
            "pause the horse": lambda: self._system.pause(fault.seconds, horse),
            "pause the group": lambda: self._system.pause(fault.seconds, *everybody),
        }
        return acts[what]() is not False

    def _kill_child(self, worker: int, horse: int) -> bool:
        if child := child_of(worker):
            self._system.kill(child)
        let_go(horse)
        return child is not None

    def other(self, fault: Fault) -> Facts | None:
        """Strike what is no worker; return what is to be told of it, None where there was nothing
        to strike."""
        verb, _, rest = fault.what.partition(" ")
        if rest in ("a web", "a bus"):
            return self._process(verb, rest.removeprefix("a "), fault)
        ground = self._system.ground
        acts: dict[str, Callable[[], object]] = {
            "kill Redis": self._kill_redis,
            "empty Redis": self._empty_redis,
            "cut Redis": self._cut_redis,
            "stop Postgres at once": self._system.stop_postgres,
            "cut the store": ground.store.cut,
        }
        return {} if acts[fault.what]() else None

    def _process(self, verb: str, kind: str, fault: Fault) -> Facts | None:
        awake = [
            host
            for host in self._system.running(kind)
            if not self._system.is_paused(host.processes[kind].pid)
        ]
        if not awake or (verb == "pause" and len(awake) == 1):
            return None  # none can be spared
        host = awake[int(fault.dice * len(awake))]
        if verb == "kill":
            self._system.kill(host.processes[kind].pid)
            return {"host": host.folder.name}
        self._system.pause(fault.seconds, host.processes[kind].pid)
        return {"host": host.folder.name, "seconds": round(fault.seconds, 2)}

    def _kill_redis(self) -> bool:
        process = self._system.ground.process("valkey")
        process.kill()  # a no-op once it has ended
        return process.returncode is None

    def _cut_redis(self) -> bool:
        lives = self._system.ground.process("valkey").poll() is None
        return bool(self._system.ground.redis.cut()) and lives

    def _empty_redis(self) -> bool:
        try:
            self._system.hosts.webs[0].redis("FLUSHALL")
        except redis.ConnectionError:  # it is away
            return False
        return True
