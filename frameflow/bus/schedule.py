"""What happens by the clock: sweepers and timers, each safe to run twice at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog
from django.db import connections

from frameflow.bus.away import is_away
from frameflow.contexts import context_of

TICK_S = 0.5
THREADS = 2
STUCK_AFTER_S = 900.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(kw_only=True)
class Task:
    """A function without arguments that a context wants called every so many seconds."""

    context: str
    name: str
    seconds: float
    run: Callable[[], object]
    at_once: bool = True
    due_at: float = 0.0
    began_at: float = 0.0
    running: "Future[None] | None" = field(default=None, repr=False)

    def begin(self, now: float) -> None:
        """Start counting: the process begins."""
        self.due_at = now if self.at_once else now + self.seconds

    def is_due(self, now: float) -> bool:
        return now >= self.due_at and not self.is_running()

    def is_running(self) -> bool:
        return self.running is not None and not self.running.done()

    def is_stuck(self, now: float) -> bool:
        return self.is_running() and now - self.began_at > STUCK_AFTER_S


_tasks: list[Task] = []


def every(
    *, seconds: float, at_once: bool = True
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Call a function of a context's `schedule.py` every so many seconds in each bus process.

    `at_once`: for the first time as the process begins, else only after so many seconds.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        context = context_of(function.__module__).name
        name = function.__name__
        _tasks.append(
            Task(context=context, name=name, seconds=seconds, run=function, at_once=at_once)
        )
        return function

    return register


def tasks_of(contexts: frozenset[str]) -> list[Task]:
    """Return the tasks of some contexts."""
    return [task for task in _tasks if task.context in contexts]


def run(task: Task) -> None:
    """Run a task once; log what it raises and give back its database connections."""
    try:
        task.run()
    except Exception as error:
        facts = {"context": task.context, "task": task.name}
        if is_away(error):
            log.warning("schedule.put_off", reason=str(error), **facts)
        else:
            log.exception("schedule.failed", **facts)
    finally:
        connections.close_all()


def run_forever(contexts: frozenset[str], stop: threading.Event, beat: Callable[[], None]) -> None:
    """Run what is due until told to stop, never the same task twice at once in this process.

    `beat` is called while no task is stuck.
    """
    tasks = tasks_of(contexts)
    for task in tasks:
        task.begin(time.monotonic())
    with ThreadPoolExecutor(THREADS, thread_name_prefix="schedule") as pool:
        while not stop.wait(TICK_S):
            now = time.monotonic()
            if not any(task.is_stuck(now) for task in tasks):
                beat()
            for task in tasks:
                if task.is_due(now):
                    task.began_at, task.due_at = now, now + task.seconds
                    task.running = pool.submit(run, task)
