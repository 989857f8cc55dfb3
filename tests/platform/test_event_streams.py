"""Streams of events behind the real dispatcher."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx
import pytest

from tests.platform.conftest import Web, running_web


class Listener:
    """A client that reads events one by one."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def block(self) -> dict[str, str]:
        """Return the next block of lines, up to the empty line behind it."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(":")
            fields[name or "comment"] = value.strip()
        raise EOFError

    def event(self) -> tuple[str, Any, str]:
        """Return name, document and version of the next event."""
        while "event" not in (fields := self.block()):
            pass
        return fields["event"], json.loads(fields["data"]), fields.get("id", "")

    def is_at_its_end(self) -> bool:
        try:
            self.block()
        except EOFError:
            return True
        return False


class Person:
    """Keeps documents, and watches them."""

    def __init__(self, web: Web) -> None:
        self.web, self.name, self.id = web, uuid4().hex, uuid4().hex

    def keep(self, key: str = "", **facts: Any) -> Self:
        httpx.post(f"{self.web.url}/keep/{key or self.id}", json=facts).raise_for_status()
        return self

    def forget(self, key: str = "") -> None:
        httpx.delete(f"{self.web.url}/keep/{key or self.id}").raise_for_status()

    def tell(self, topic: str = "") -> None:
        httpx.post(f"{self.web.url}/news/{topic or self.id}").raise_for_status()

    @contextmanager
    def listening(self, *, query: str = "", **headers: str) -> Iterator[Listener]:
        url = f"{self.web.url}/events/{self.name}/{self.id}/{query}"
        with httpx.stream("GET", url, headers=headers, timeout=20) as response:
            yield Listener(response)

    def asked(self) -> int:
        return int(self.facts()["asked"].count(self.id))

    def facts(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.web.url}/facts").json())


@pytest.fixture
def person(web: Web) -> Person:
    return Person(web)


def all_streams_end(person: Person) -> None:
    """Wait until as many streams may be opened again as at first: all have ended."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        with ExitStack() as streams:
            opened = [streams.enter_context(person.listening()) for _ in range(10)]
            if {each.response.status_code for each in opened} == {200}:
                return
    raise AssertionError("a stream that was left is still counted")


def test_the_present_document_comes_at_once(person: Person) -> None:
    person.keep(percent=5)
    began = time.monotonic()
    with person.listening() as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        assert "content-length" not in stream.response.headers
        assert "x-frameflow-events" not in stream.response.headers
        assert stream.block() == {"retry": "2000"}
        first_byte_ms = round((time.monotonic() - began) * 1000)
        name, document, version = stream.event()
    print(f"first byte of a stream: {first_byte_ms} ms")  # noqa: T201  a figure, with -rP
    assert first_byte_ms < 200
    assert (name, document["percent"]) == ("video", 5)
    tag = httpx.get(f"{person.web.url}/documents/{person.id}/").headers["etag"]
    assert document["language"] == ""
    assert tag == f'W/"{version}"'


def test_a_change_comes_when_news_of_it_passes(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
        person.keep(percent=6)
        began = time.monotonic()
        person.tell()
        assert stream.event()[1]["percent"] == 6
        assert time.monotonic() - began < 1


def test_a_change_that_is_written_after_its_news_is_found_soon(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
        person.tell()
        threading.Timer(0.3, lambda: person.keep(percent=6)).start()
        began = time.monotonic()
        assert stream.event()[1]["percent"] == 6
        assert time.monotonic() - began < 2


def test_a_change_without_news_comes_all_the_same(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
        person.keep(percent=6)
        began = time.monotonic()
        assert stream.event()[1]["percent"] == 6
        assert time.monotonic() - began < 7


def test_news_is_heard_again_after_its_channel_was_away(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
        person.tell("failure")
        person.keep(percent=6)
        person.tell()
        began = time.monotonic()
        assert stream.event()[1]["percent"] == 6
        assert time.monotonic() - began < 3


def test_who_comes_back_with_the_present_version_is_told_nothing_until_it_changes(
    person: Person,
) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        version = stream.event()[2]
    with person.listening(**{"Last-Event-ID": version}) as stream:
        assert stream.block() == {"retry": "2000"}
        person.keep(percent=6)
        person.tell()
        assert stream.event()[1]["percent"] == 6
    with person.listening(**{"Last-Event-ID": version}) as stream:
        assert stream.event()[1]["percent"] == 6


def test_what_is_deleted_is_said_to_be_gone_and_the_stream_ends(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
        person.forget()
        person.tell()
        assert stream.event()[:2] == ("gone", {"id": person.id})
        assert stream.is_at_its_end()


def test_the_document_is_asked_for_as_the_person_who_listens(person: Person) -> None:
    person.keep(percent=5)
    with person.listening(**{"Accept-Language": "pt-br", "Accept-Encoding": "gzip"}) as stream:
        assert "content-encoding" not in stream.response.headers
        assert stream.event()[1]["language"] == "pt-br"


def test_a_session_that_ends_ends_its_stream(person: Person) -> None:
    person.keep(percent=5)
    with person.listening(**{"X-Session": "ended"}) as stream:
        stream.event()
        person.keep("ended")
        person.tell()
        try:
            assert stream.is_at_its_end()
        finally:
            person.forget("ended")


def test_a_list_tells_of_each_that_changed_and_of_each_that_left(person: Person) -> None:
    one, two = f"{person.id}-1", f"{person.id}-2"
    person.keep(one, percent=1).keep(two, percent=1)
    with person.listening(query=f"?prefix={person.id}") as stream:
        first, second = stream.event(), stream.event()
        assert {first[1]["id"], second[1]["id"]} == {one, two}
        assert (bool(first[2]), bool(second[2])) == (False, True)
        person.keep(two, percent=2)
        person.tell()
        name, document, version = stream.event()
        assert (name, document["id"], document["percent"]) == ("video", two, 2)
        person.forget(one)
        person.tell()
        assert stream.event()[:2] == ("gone", {"id": one})
    person.keep(two, percent=3)
    with person.listening(query=f"?prefix={person.id}", **{"Last-Event-ID": version}) as stream:
        assert stream.event()[1]["percent"] == 3


def test_a_stream_ends_when_its_client_leaves(person: Person) -> None:
    person.keep(percent=5)
    with person.listening() as stream:
        stream.event()
    all_streams_end(person)
    asked = person.asked()
    person.tell()
    person.facts()
    assert person.asked() == asked


def test_a_person_may_have_ten_streams_and_no_more(person: Person) -> None:
    person.keep(percent=5)
    with ExitStack() as streams:
        for _ in range(10):
            assert streams.enter_context(person.listening()).response.status_code == 200
        with person.listening() as refused:
            problem = json.loads(refused.response.read())
            assert (refused.response.status_code, problem["code"]) == (429, "rate")
            assert int(refused.response.headers["retry-after"]) > 0
        other = Person(person.web).keep()
        assert streams.enter_context(other.listening()).response.status_code == 200
    all_streams_end(person)


def test_a_hundred_streams_cost_no_thread_and_little_memory(web: Web) -> None:
    people = [Person(web).keep(percent=1) for _ in range(10)]
    with people[0].listening() as stream:
        stream.event()
    before = people[0].facts()
    with ExitStack() as streams:
        for person in people:
            for _ in range(10):
                streams.enter_context(person.listening()).event()
        after = people[0].facts()
        began = time.monotonic()
        assert people[0].facts()
        answer_ms = round((time.monotonic() - began) * 1000)
    more_bytes = after["rss_bytes"] - before["rss_bytes"]
    print(  # noqa: T201  figures, with -rP
        f"100 streams: {more_bytes / 1e6:.1f} MB, {after['threads'] - before['threads']} threads, "
        f"another request took {answer_ms} ms"
    )
    assert after["threads"] <= before["threads"] + 8  # the short lane may not have been full yet
    assert more_bytes < 20_000_000
    assert answer_ms < 500


def test_open_streams_do_not_keep_a_server_from_stopping(tmp_path: Path) -> None:
    with running_web(tmp_path) as web:
        person = Person(web).keep(percent=5)
        with person.listening() as stream:
            stream.event()
            began = time.monotonic()
            web.process.terminate()
            assert stream.is_at_its_end()
            web.process.wait(timeout=8)
            assert time.monotonic() - began < 3
