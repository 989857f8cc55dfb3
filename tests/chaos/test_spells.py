"""A fault of the network counts where somebody met it, and each begins from a whole line."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from tests.chaos.plan import SPELLS_OF_THE_STORE, Fault
from tests.chaos.spells import Spells
from tests.proxy import Proxy, proxy_before
from tests.waiting import eventually

FAULT = Fault(1, "let the store err", "", 60, 1, 0)
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


@pytest.fixture
def store() -> Iterator[Proxy]:
    """A proxy before a server that gives back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_echo, args=(server,), daemon=True).start()
        with proxy_before(f"http://127.0.0.1:{server.getsockname()[1]}") as proxy:
            yield proxy
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _echo(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection = server.accept()[0]
            with connection:
                while heard := connection.recv(1024):
                    connection.sendall(heard)


def line_to(store: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", store.port), timeout=5)


@pytest.mark.parametrize("what", SPELLS_OF_THE_STORE)
def test_a_spell_is_told_of_where_a_request_met_it(store: Proxy, what: str) -> None:
    told: list[dict[str, Any]] = []
    spells = Spells(store)
    spells.begin(replace(FAULT, what=what), told.append)
    with line_to(store) as line:
        line.sendall(REQUEST)
        eventually(lambda: store.touched or None, "somebody meets it")
        spells.end()
    assert (len(told), spells.unmet) == (1, 0)
    assert told[0]["touched"] >= 1


@pytest.mark.parametrize("what", SPELLS_OF_THE_STORE)
def test_one_that_touched_nobody_is_not_counted(store: Proxy, what: str) -> None:
    told: list[dict[str, Any]] = []
    spells = Spells(store)
    spells.begin(replace(FAULT, what=what, seconds=0), told.append)
    spells.turn(time.monotonic() + 1)
    assert (told, spells.unmet) == ([], 1)


def test_the_next_spell_begins_from_a_whole_line(store: Proxy) -> None:
    told: list[dict[str, Any]] = []
    spells = Spells(store)
    spells.begin(replace(FAULT, what="let the store stall"), told.append)
    spells.begin(FAULT, told.append)
    with line_to(store) as line:
        line.sendall(REQUEST)
        assert b"503" in line.recv(1024)  # nothing stalls any more
    spells.begin(replace(FAULT, what="lose the store's answers"), told.append)
    assert (len(told), store.touched) == (1, 0)
    spells.end()
    assert (len(told), spells.unmet) == (1, 2)


def test_a_cut_tells_whether_anything_was_open(store: Proxy) -> None:
    assert store.cut() == 0
    with line_to(store) as line:
        line.sendall(REQUEST)
        assert line.recv(1024) == REQUEST
        assert store.cut() == 2
