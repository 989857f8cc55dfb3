"""Objects over HTTP, from a real server that sends them without a thread."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.platform.conftest import Web

DATA = bytes(range(256)) * 40
LARGE_BYTES = 40_000_000
SLOW_CLIENTS = 100


@pytest.fixture(scope="module")
def client(web: Web) -> Iterator[httpx.Client]:
    web.store.put("small", DATA)
    with httpx.Client(base_url=web.url, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def large(web: Web) -> bytes:
    data = os.urandom(LARGE_BYTES)
    web.store.put("large", data)
    return data


def test_the_whole_object_comes_with_its_headers(client: httpx.Client) -> None:
    answer = client.get("/objects/small")
    assert answer.status_code == 200
    assert answer.content == DATA
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/zip"
    disposition = answer.headers["content-disposition"]
    assert disposition == "attachment; filename*=utf-8''f%C3%A9rias.zip"
    assert "x-frameflow-object" not in answer.headers


def test_a_range_is_answered_with_that_part(client: httpx.Client) -> None:
    answer = client.get("/objects/small", headers={"Range": "bytes=100-199"})
    assert answer.status_code == 206
    assert answer.content == DATA[100:200]
    assert answer.headers["content-range"] == f"bytes 100-199/{len(DATA)}"
    assert answer.headers["content-length"] == "100"


def test_a_range_behind_the_end_is_a_problem(client: httpx.Client) -> None:
    answer = client.get("/objects/small", headers={"Range": f"bytes={len(DATA)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
    assert answer.json()["code"] == "range_not_satisfiable"


def test_head_tells_everything_but_the_bytes(client: httpx.Client) -> None:
    answer = client.head("/objects/small", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["etag"] == client.get("/objects/small").headers["etag"]


def test_a_known_version_is_not_sent_again(client: httpx.Client) -> None:
    etag = client.get("/objects/small").headers["etag"]
    assert client.get("/objects/small", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/objects/small", headers={"If-None-Match": '"x"'}).status_code == 200
    assert client.get("/objects/small", headers={"If-Match": '"x"'}).status_code == 412


def test_a_download_resumes_only_the_same_version(client: httpx.Client) -> None:
    etag = client.get("/objects/small").headers["etag"]
    resumed = client.get("/objects/small", headers={"Range": "bytes=9-", "If-Range": etag})
    changed = client.get("/objects/small", headers={"Range": "bytes=9-", "If-Range": '"x"'})
    assert (resumed.status_code, resumed.content) == (206, DATA[9:])
    assert (changed.status_code, changed.content) == (200, DATA)


def test_an_object_that_vanished_is_a_problem_not_half_an_answer(client: httpx.Client) -> None:
    answer = client.get("/objects/lost")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_any_accept_header_gets_the_object(client: httpx.Client) -> None:
    answer = client.get("/objects/small", headers={"Accept": "application/zip"})
    assert answer.status_code == 200


def test_a_client_cannot_ask_for_the_name_of_the_object(client: httpx.Client) -> None:
    headers = {"X-FrameFlow-Offload": "1", "X-FrameFlow-Object": "0-9 large"}
    answer = client.get("/objects/small", headers=headers)
    assert answer.content == DATA
    assert "x-frameflow-object" not in answer.headers


def test_slow_downloads_starve_nobody_and_leave_nothing(
    web: Web, client: httpx.Client, large: bytes
) -> None:
    before = client.get("/facts").json()
    with ExitStack() as connections:
        for _ in range(SLOW_CLIENTS):
            slow = web.connect(
                "GET /objects/large HTTP/1.1\nHost: x\n\n", receive_buffer_bytes=4096
            )
            connections.enter_context(slow)
            assert slow.recv(12) == b"HTTP/1.1 200"  # it has begun; nothing more is read
        began = time.monotonic()
        during = client.get("/facts").json()
        assert time.monotonic() - began < 2
        assert client.get("/objects/large").content == large
        assert during["open_objects"] >= SLOW_CLIENTS
        assert during["threads"] <= before["threads"] + 8
        assert during["rss_bytes"] - before["rss_bytes"] < 50_000_000 < SLOW_CLIENTS * LARGE_BYTES
    wait_until_no_object_is_open(client)


def test_a_cut_download_closes_its_file(web: Web, client: httpx.Client, large: bytes) -> None:
    with client.stream("GET", "/objects/large") as answer:
        chunks = answer.iter_bytes()
        assert next(chunks)
        assert client.get("/facts").json()["open_objects"] == 1
    wait_until_no_object_is_open(client)


def wait_until_no_object_is_open(client: httpx.Client) -> None:
    deadline = time.monotonic() + 15
    while client.get("/facts").json()["open_objects"]:
        assert time.monotonic() < deadline, json.dumps(client.get("/facts").json())
        time.sleep(0.05)
