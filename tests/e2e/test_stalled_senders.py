"""Senders who stop before their file: they keep no thread from anybody else."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path
from select import select

import httpx
import pytest

from frameflow.settings.base import MAX_ACTIVE_UPLOADS, TRANSFER_THREADS
from tests.e2e.client import Person
from tests.e2e.stack import Stack
from tests.waiting import eventually

WITHIN_S = 8
FORM = "multipart/form-data; boundary=x"
PART = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
STOPS = {
    "before the first part": (FORM, "--x\r\n"),
    "in a field before the file": (FORM, PART.format("interval") + "1"),
    "in a form without files": ("application/x-www-form-urlencoded", "interval=1"),
}


@pytest.fixture
def connections() -> Iterator[ExitStack]:
    with ExitStack() as connections:
        yield connections


def by_token(person: Person) -> str:
    return f"Authorization: {person.http.headers['Authorization']}"


def by_session(person: Person) -> str:
    """Log in at the page. Who is known by a cookie is asked for a token of the form."""
    with httpx.Client(base_url=str(person.http.base_url.join("/"))) as browser:
        browser.get("/login/")
        typed = {"username": person.account["email"], "password": person.account["password"]}
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post("/login/", data={**typed, **token}).status_code == 302
        return "Cookie: " + "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def stopped_at(stack: Stack, known: str, kind: str, begun: str) -> socket.socket:
    """Send an upload that stops after its first bytes."""
    connection = socket.create_connection(("127.0.0.1", stack.port))
    head = (
        "POST /api/v1/videos/ HTTP/1.1",
        f"Host: 127.0.0.1:{stack.port}",
        known,
        f"Content-Type: {kind}",
        "Content-Length: 1000000",
    )
    connection.sendall(("\r\n".join(head) + "\r\n\r\n" + begun).encode())
    return connection


@pytest.mark.parametrize("known_by", [by_token, by_session])
@pytest.mark.parametrize(("kind", "begun"), STOPS.values(), ids=STOPS)
def test_hundreds_of_uploads_that_stop_keep_nobody_else_waiting(
    stack: Stack,
    person: Person,
    other: Person,
    clip: Path,
    connections: ExitStack,
    kind: str,
    begun: str,
    known_by: Callable[[Person], str],
) -> None:
    known = known_by(other)
    for _ in range(2 * TRANSFER_THREADS):
        connections.enter_context(stopped_at(stack, known, kind, begun))
    for _ in range(2):  # on a new connection each: those before it have been read by then
        assert httpx.get(f"{stack.base}/readyz").status_code == 200
    began = time.monotonic()
    person.accepted(clip)
    assert time.monotonic() - began < WITHIN_S


def test_whoever_has_so_many_under_way_is_told_to_wait(
    stack: Stack, person: Person, clip: Path, connections: ExitStack
) -> None:
    kind, begun = STOPS["before the first part"]
    known = by_token(person)
    senders = [stopped_at(stack, known, kind, begun) for _ in range(MAX_ACTIVE_UPLOADS + 1)]
    for each in senders:
        connections.enter_context(each)
    [answered], _, _ = select(senders, [], [], WITHIN_S)
    refused = HTTPResponse(answered)
    refused.begin()
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    problem = json.load(refused)
    assert (problem["code"], problem["title"]) == ("rate", "Too many uploads at once.")
    connections.close()
    eventually(lambda: person.send(clip).status_code == 201, "there is room again")
