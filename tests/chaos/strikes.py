"""What is done to workers, to other processes, to the servers and to the ways there."""

import time
from collections.abc import Callable
from typing import Any

import redis

from tests.chaos.plan import Fault
from tests.chaos.processes import child_of, family, let_go
from tests.chaos.system import System

SERVER_ERROR = (
    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: 60\r\n"
    b"Connection: close\r\n\r\n<Error><Code>SlowDown</Code><Message>later</Message></Error>"
)

Facts = dict[str, Any]


class Strikes:
    """Strikes, and takes back what the store was made to do."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._store_fails_until = 0.0

    def turn(self, now: float) -> None:
        """Give back the store when its time is over."""
        if self._store_fails_until and now > self._store_fails_until:
            self._store_fails_until = 0.0
            self._system.ground.store.pass_on()

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
            "let the store err": lambda: ground.store.answer(SERVER_ERROR),
            "let the store stall": ground.store.hang,
            "lose the store's answers": ground.store.lose_answers,
        }
        if acts[fault.what]() is False:
            return None
        if not fault.is_spell_of_the_store:
            return {}
        self._store_fails_until = time.monotonic() + fault.seconds
        return {"seconds": round(fault.seconds, 2)}

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
        self._system.ground.redis.cut()
        return self._system.ground.process("valkey").poll() is None

    def _empty_redis(self) -> bool:
        try:
            self._system.hosts.webs[0].redis("FLUSHALL")
        except redis.ConnectionError:  # it is away
            return False
        return True
