"""How long we wait for a server that took our word and says nothing.

libpq waits for ever, and so would the thread that asked. psycopg2 lets us wait in its place:
whoever waits too long loses the connection and gets an `OperationalError`. In return psycopg2
refuses large objects, which nobody here uses, and COPY, for which we step aside.
"""

import math
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import extensions

#: A statement is ended by the server itself after this; the margin is for its answer to travel.
STATEMENT_TIMEOUT_S = 15
MARGIN_S = 5
#: Whoever is frozen within a transaction holds its locks no longer than this. More than two tries
#: at the store, which is the longest that we do in between.
IDLE_IN_TRANSACTION_S = 30
CONNECT_TIMEOUT_S = 5

_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


class Connection(extensions.connection):
    """Waits at most `patience_s` for each answer; `connect_timeout` for the first."""

    patience_s: float = math.inf

    def __init__(self, dsn: str, *args: Any, **kwargs: Any) -> None:
        timeout = extensions.parse_dsn(dsn).get("connect_timeout", CONNECT_TIMEOUT_S)
        self.patience_s = float(timeout) or math.inf  # 0 means without limit, as in libpq
        super().__init__(dsn, *args, **kwargs)

    @contextmanager
    def waiting_at_most(self, seconds: float) -> Iterator[None]:
        """Change the patience for a while."""
        usual, self.patience_s = self.patience_s, seconds
        try:
            yield
        finally:
            self.patience_s = usual


def install() -> None:
    """Make psycopg2 wait through us, in the whole process. Connections of other classes than ours
    wait for ever, as before."""
    extensions.set_wait_callback(_wait)


@contextmanager
def suspended() -> Iterator[None]:
    """Let libpq wait, in the whole process: for the time of a COPY."""
    ours = extensions.get_wait_callback()
    extensions.set_wait_callback(None)
    try:
        yield
    finally:
        extensions.set_wait_callback(ours)


def _wait(connection: Any) -> None:
    """Wait for the answer to what was just asked; psycopg2 closes the connection if we raise."""
    patience_s = getattr(connection, "patience_s", math.inf)
    deadline = time.monotonic() + patience_s
    while (state := connection.poll()) != extensions.POLL_OK:
        left_s = deadline - time.monotonic()
        if not _is_ready(connection, state, left_s):
            raise psycopg2.OperationalError(f"the server was silent for {patience_s:g} seconds")


def _is_ready(connection: Any, state: int, within_s: float) -> bool:
    poll = select.poll()  # unlike select(), not limited to the first 1024 descriptors
    poll.register(connection.fileno(), _EVENTS[state])
    milliseconds = None if within_s == math.inf else max(0, math.ceil(within_s * 1000))
    return bool(poll.poll(milliseconds))
