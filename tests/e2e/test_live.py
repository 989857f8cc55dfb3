"""Following a video from the last byte to the ZIP, and away, without asking twice."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.client import Person
from tests.e2e.stack import Stack, eventually

ORDER = ["queued", "checking", "extracting", "packing", "ready"]


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Yield name and document of each event."""
    name = ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_a_video_is_followed_to_its_result_and_its_end(person: Person, clip: Path) -> None:
    video = person.accepted(clip)
    with person.http.stream("GET", video["links"]["events"]) as response:
        began = time.monotonic()
        seen: list[str] = []
        stream = events(response)
        for _, document in stream:
            assert document["id"] == video["id"]
            seen.append(document["status"])
            if document["status"] == "ready":
                break
        assert time.monotonic() - began < 30
        places = [ORDER.index(status) for status in seen]
        assert places == sorted(places)
        assert document["result"]["frames"] == 3
        person.http.delete(f"videos/{video['id']}/").raise_for_status()
        began = time.monotonic()
        assert next(stream) == ("gone", {"id": video["id"]})
        assert time.monotonic() - began < 2


def test_the_list_tells_of_a_video_that_was_not_there_at_first(person: Person, clip: Path) -> None:
    with person.http.stream("GET", "events/") as response:
        stream = events(response)
        video = person.accepted(clip)
        for name, document in stream:
            assert (name, document["id"]) == ("video", video["id"])
            if document["status"] == "ready":
                break


def test_a_stream_hears_again_after_its_connection_to_redis_was_cut(
    stack: Stack, person: Person, clip: Path
) -> None:
    video = person.ended(person.accepted(clip)["id"])
    with person.http.stream("GET", video["links"]["events"]) as response:
        stream = events(response)
        assert next(stream)[1]["status"] == "ready"
        listeners = stack.listeners()
        stack.cut_listeners()
        eventually(lambda: stack.listeners() >= listeners or None, "all listen again")
        person.http.delete(f"videos/{video['id']}/").raise_for_status()
        began = time.monotonic()
        assert next(stream) == ("gone", {"id": video["id"]})
        assert time.monotonic() - began < 2
