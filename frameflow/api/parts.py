"""Asking all parts of the system at once, with no long wait for one that is silent."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connections

LIMIT_S = 2.0
THREADS = 16  # a part that hangs keeps its thread; the next calls then wait and have no answer

T = TypeVar("T")

log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="parts")


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """What a part said, None where it failed or was silent, and after how long."""

    value: T | None
    ok: bool
    took_s: float


def ask(calls: Mapping[str, Callable[[], T]]) -> dict[str, Answer[T]]:
    """Call all functions at once; return within two seconds what each of them returned.

    The reason of a failure goes to the log: an answer to anybody names no host and no user.
    """
    began = time.monotonic()
    running = {name: _pool.submit(_timed, call) for name, call in calls.items()}
    return {name: _answer(name, each, began) for name, each in running.items()}


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    """Call a function, and give back the connections of this thread."""
    began = time.monotonic()
    try:
        value = call()
    finally:
        connections.close_all()
    return value, time.monotonic() - began


def _answer(name: str, running: "Future[tuple[T, float]]", began: float) -> Answer[T]:
    try:
        value, took_s = running.result(timeout=max(0.0, began + LIMIT_S - time.monotonic()))
    except Exception as error:  # whatever it is, this part has no answer
        running.cancel()
        log.warning("readiness.failed", extra={"part": name, "reason": repr(error)})
        return Answer(value=None, ok=False, took_s=time.monotonic() - began)
    return Answer(value=value, ok=True, took_s=took_s)
