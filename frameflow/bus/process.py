"""The bus process: for each context a relay and a consumer, and one clock for the schedules."""

import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

import structlog

from frameflow.bus.consumer import consume_forever
from frameflow.bus.relay import relay_forever
from frameflow.bus.schedule import run_forever
from frameflow.heartbeat import Watched, beat

RESTART_S = 1.0
KIND = "bus"

log = structlog.stdlib.get_logger(__name__)


def run_bus(contexts: Sequence[str]) -> None:
    """Run until SIGTERM or SIGINT; work in hand is finished."""
    stop = threading.Event()
    _stop_on_signals(stop)
    threads = [
        threading.Thread(target=_keep_alive, args=(name, work, stop), name=name)
        for name, work in _loops(contexts, stop).items()
    ]
    for thread in threads:
        beat(KIND, thread.name)  # one that never turns is missed later
    for thread in threads:
        thread.start()
    log.info("bus.started", contexts=list(contexts))
    stop.wait()
    for thread in threads:
        thread.join()
    log.info("bus.stopped")


def _loops(contexts: Sequence[str], stop: threading.Event) -> dict[str, Callable[[], None]]:
    loops: dict[str, Callable[[], None]] = {}
    for context in contexts:
        for name, work in (("relay", relay_forever), ("consumer", consume_forever)):
            loop = f"{name}-{context}"
            loops[loop] = partial(work, context, Watched(stop, KIND, loop))
    loops["schedule"] = partial(
        run_forever, frozenset(contexts), stop, partial(beat, KIND, "schedule")
    )
    return loops


def _keep_alive(name: str, work: Callable[[], None], stop: threading.Event) -> None:
    """A loop that fails unforeseen is started again: the others depend on it."""
    while not stop.is_set():
        try:
            work()
        except Exception:
            log.exception("bus.loop_failed", loop=name)
            stop.wait(RESTART_S)


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
