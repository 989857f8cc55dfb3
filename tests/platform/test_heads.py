"""The head of a request has an end: in bytes, in headers, in time."""

import socket
import time
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection

import httpx
import pytest

from frameflow.api.heads import HEAD_WITHIN_S, MAX_HEAD_BYTES, MAX_HEADERS, MAX_URL_BYTES
from tests.platform.conftest import Web

GET = "GET /facts HTTP/1.1\nHost: x\n"


def status_of(connection: socket.socket) -> int | None:
    """Return the status of the answer; None where the connection just ends."""
    with suppress(ConnectionError):
        if line := connection.recv(65536).split(b"\r\n")[0]:
            return int(line.split()[1])
    return None


def asked(web: Web, request: str) -> int | None:
    with web.connect(request) as connection:
        return status_of(connection)


def test_an_ordinary_head_passes(web: Web) -> None:
    many = "".join(f"X-{n}: {'v' * 200}\n" for n in range(MAX_HEADERS - 1))
    assert asked(web, f"{GET}{many}\n") == 200
    address = "/facts?q=" + "x" * (MAX_URL_BYTES - len("/facts?q="))
    assert httpx.get(f"{web.url}{address}").status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"{GET}X: {'v' * MAX_HEAD_BYTES}\n\n", 431),
        (GET + "".join(f"X-{n}: v\n" for n in range(MAX_HEADERS)) + "\n", 431),
        (f"GET /facts?{'x' * MAX_URL_BYTES} HTTP/1.1\nHost: x\n\n", 414),
        (f"GET /{'x' * 2 * MAX_HEAD_BYTES}", 431),
        (f"{GET}X: {'v' * 2 * MAX_HEAD_BYTES}", 431),
        ("NONSENSE\n\n", 400),
    ],
    ids=["large", "many", "address", "address-without-end", "value-without-end", "nonsense"],
)
def test_a_head_without_measure_is_refused(web: Web, head: str, status: int) -> None:
    assert asked(web, head) == status


def test_a_head_without_end_costs_no_memory(web: Web) -> None:
    before = httpx.get(f"{web.url}/facts").json()["rss_bytes"]
    for _ in range(20):
        with web.connect(GET) as connection, suppress(ConnectionError):
            for n in range(200):
                connection.sendall(b"X-%d: %b\r\n" % (n, b"v" * 65536))
    after = httpx.get(f"{web.url}/facts").json()["rss_bytes"]
    assert after - before < 20_000_000


@pytest.mark.parametrize(
    "after", ["1;", "1\r\nx\r\n0\r\nX: ", "1\r\nx\r\n0\r\n" + "X: v\r\n" * 10_000]
)
def test_what_stands_around_a_body_is_measured_too(web: Web, after: str) -> None:
    head = "POST /facts HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"
    with web.connect(head) as connection:
        with suppress(ConnectionError):
            connection.sendall((after + "v" * 2 * MAX_HEAD_BYTES).encode())
            connection.sendall(b"v" * 2 * MAX_HEAD_BYTES)
        assert status_of(connection) in (408, None)


def test_the_second_head_of_a_connection_is_measured_too(web: Web) -> None:
    connection = HTTPConnection("127.0.0.1", web.port, timeout=20)
    with closing(connection):
        connection.request("GET", "/facts")
        assert connection.getresponse().read()
        with suppress(ConnectionError):
            connection.sock.sendall(b"GET /facts HTTP/1.1\r\nX: " + b"v" * 2 * MAX_HEAD_BYTES)
        # nothing is said where the server has not yet noted that its first answer is out
        assert status_of(connection.sock) in (431, None)


def test_a_head_that_trickles_is_given_up_and_keeps_nobody_waiting(web: Web) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(web.connect(GET)) for _ in range(200)]
        silent = [stack.enter_context(web.connect("")) for _ in range(20)]
        for second in range(4):
            for n, each in enumerate(slow):
                each.sendall(b"X-%d-%d: still here\r\n" % (second, n))
            asked_at = time.monotonic()
            assert httpx.get(f"{web.url}/facts").status_code == 200
            assert time.monotonic() - asked_at < HEAD_WITHIN_S / 2
        assert {status_of(each) for each in slow + silent} == {408}


def test_what_the_server_itself_answers_has_the_usual_headers(web: Web) -> None:
    answers = [
        httpx.get(f"{web.url}/facts", headers={"X": "v" * MAX_HEAD_BYTES}),
        httpx.post(f"{web.url}/facts", content=b"x" * 4_000_000),
    ]
    assert [each.status_code for each in answers] == [431, 413]
    for each in answers:
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Cache-Control"] == "private, no-store"
        assert "frame-ancestors 'none'" in each.headers["Content-Security-Policy"]
