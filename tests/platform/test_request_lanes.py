"""Which requests reach a thread, and which are refused before."""

import json
import socket
import time
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.platform.conftest import Web

FORM = {"Content-Type": "multipart/form-data; boundary=x"}
UPLOAD = (
    "POST /api/v1/videos/ HTTP/1.1\nHost: x\nContent-Length: {}\n"
    f"Content-Type: {FORM['Content-Type']}\n\n"
)


def answer_of(connection: socket.socket) -> tuple[int, Any]:
    """Read one answer with a JSON body to the end."""
    raw = b""
    while b"\r\n\r\n" not in raw or len(raw.partition(b"\r\n\r\n")[2]) < _length(raw):
        chunk = connection.recv(65536)
        if not chunk:
            break
        raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def _length(raw: bytes) -> int:
    lines = raw.lower().partition(b"\r\n\r\n")[0].split(b"\r\n")
    return next((int(each.split(b":")[1]) for each in lines if b"content-length" in each), 0)


@pytest.mark.parametrize("door", ["/api/v1/videos/", "/"])
def test_an_upload_arrives_whole(web: Web, door: str) -> None:
    answer = httpx.post(f"{web.url}{door}", content=b"x" * 5_500_000, headers=FORM)
    assert answer.json() == {"received_bytes": 5_500_000}


def test_an_upload_announced_too_large_is_refused_before_a_byte_is_read(web: Web) -> None:
    began = time.monotonic()
    with web.connect(UPLOAD.format(10_000_000_000)) as connection:
        status, problem = answer_of(connection)
    assert (status, problem["code"]) == (413, "too_large")
    assert time.monotonic() - began < 1.5


def test_a_large_body_elsewhere_is_refused_whether_announced_or_not(web: Web) -> None:
    def unannounced() -> Any:
        for _ in range(40):
            yield b"x" * 100_000

    announced = httpx.post(f"{web.url}/facts", content=b"x" * 4_000_000)
    chunked = httpx.post(f"{web.url}/facts", content=unannounced())
    allowed = httpx.post(f"{web.url}/facts", content=b"x" * 3_000_000)
    assert [each.status_code for each in (announced, chunked)] == [413, 413]
    assert announced.headers["content-type"] == "application/problem+json"
    assert allowed.json()["received_bytes"] == 3_000_000


def test_senders_that_stop_starve_nobody_and_are_let_go(web: Web) -> None:
    with ExitStack() as connections:
        uploads = [
            connections.enter_context(web.connect(UPLOAD.format(1_000_000) + "half"))
            for _ in range(40)
        ]
        others = [
            connections.enter_context(
                web.connect("POST /facts HTTP/1.1\nHost: x\nContent-Length: 9\n\nhalf")
            )
            for _ in range(40)
        ]
        began = time.monotonic()
        assert httpx.get(f"{web.url}/facts").status_code == 200
        assert time.monotonic() - began < 1.5
        assert {answer_of(each)[1]["received_bytes"] for each in uploads} == {4}
        assert {answer_of(each)[1]["code"] for each in others} == {"cut_off"}


def test_readers_of_their_data_that_stop_starve_nobody(web: Web) -> None:
    with ExitStack() as connections:
        for _ in range(20):
            reader = connections.enter_context(
                web.connect("GET /settings/data/ HTTP/1.1\nHost: x\n\n")
            )
            assert reader.recv(1000).startswith(b"HTTP/1.1 200")  # and then no more
        began = time.monotonic()
        assert httpx.get(f"{web.url}/facts").status_code == 200
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_only_a_form_with_files_is_read_by_a_thread(web: Web, kind: str) -> None:
    request = "POST /api/v1/videos/ HTTP/1.1\nHost: x\nContent-Length: 9\n"
    with web.connect(f"{request}Content-Type: {kind}\n\nhalf") as connection:
        assert answer_of(connection)[1]["code"] == "cut_off"


def test_headers_that_wsgi_would_confuse_are_dropped(web: Web) -> None:
    facts = httpx.get(f"{web.url}/facts", headers={"X_Real_Ip": "spoofed"}).json()
    assert facts["real_ip"] == ""
