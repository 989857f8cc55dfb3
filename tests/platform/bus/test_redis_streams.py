"""What Streams do beyond the port: share, keep, take over from the dead, come back from nothing."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import redis

from frameflow.bus.backends import Delivery
from frameflow.bus.backends.redis_streams import BATCH, RedisStreamsBackend
from frameflow.bus.exceptions import BusUnavailable
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.valkey import Valkey
from tests.e2e.stack import eventually

SOON_S = 0.2


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of our own, to be emptied."""
    folder = DataFolder(tmp_path_factory.mktemp("valkey"))
    folder.prepare()
    server = Valkey(folder, fast=True)
    process = server.start()
    yield server.urls()["REDIS_URL"]
    server.stop(process)


@pytest.fixture
def server(url: str) -> Iterator[Any]:
    with redis.Redis.from_url(url) as client:
        yield client


@pytest.fixture
def backend(url: str) -> RedisStreamsBackend:
    return RedisStreamsBackend(url=url, channel=f"test-{uuid4()}", claim_after_s=SOON_S)


class Reader:
    """One bus process's way of reading, message by message."""

    def __init__(self, backend: RedisStreamsBackend, consumer: str = "upload") -> None:
        self.stop = threading.Event()
        self._deliveries = backend.subscribe(consumer, self.stop)

    def next(self) -> Delivery:
        return next(self._deliveries)

    def end(self) -> None:
        self.stop.set()
        with pytest.raises(StopIteration):
            next(self._deliveries)


def names_in_group(server: Any, backend: RedisStreamsBackend) -> set[bytes]:
    return {each["name"] for each in server.xinfo_consumers(backend.channel, "upload")}


def test_two_processes_of_a_context_share_and_another_context_hears_all(
    backend: RedisStreamsBackend,
) -> None:
    one, two, other = Reader(backend), Reader(backend), Reader(backend, "download")
    sent = [f"{number}".encode() for number in range(2 * BATCH)]
    backend.publish(sent)
    shared = [reader.next().raw for _ in range(BATCH) for reader in (one, two)]
    assert sorted(shared) == sorted(sent)  # each once
    assert [other.next().raw for _ in sent] == sent


def test_what_is_acknowledged_does_not_come_again(backend: RedisStreamsBackend) -> None:
    reader = Reader(backend)
    backend.publish([b"one"])
    backend.ack("upload", reader.next())
    reader.end()
    time.sleep(SOON_S)  # so that it would be claimed
    backend.publish([b"two"])
    assert Reader(backend).next().raw == b"two"


def test_several_are_acknowledged_together(server: Any, backend: RedisStreamsBackend) -> None:
    reader = Reader(backend)
    backend.publish([b"one", b"two", b"three"])
    hand = [reader.next() for _ in range(3)]
    backend.ack("upload", *hand[:2])
    assert server.xpending(backend.channel, "upload")["pending"] == 1
    backend.ack("upload", hand[2])
    assert server.xpending(backend.channel, "upload")["pending"] == 0


def test_what_a_killed_process_had_in_hand_is_taken_over(
    url: str, server: Any, backend: RedisStreamsBackend
) -> None:
    backend.publish([b"in hand"])
    command = [sys.executable, "-m", "tests.platform.bus.reader_process"]
    with subprocess.Popen(
        [*command, url, backend.channel, "upload"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == "in hand\n"
        dying.kill()
    (dead,) = names_in_group(server, backend)
    survivor = Reader(backend)
    claimed = survivor.next()
    assert claimed.raw == b"in hand"
    backend.ack("upload", claimed)
    assert server.xpending(backend.channel, "upload")["pending"] == 0
    hear_until(survivor, backend, lambda: dead not in names_in_group(server, backend))


def hear_until(reader: Reader, backend: RedisStreamsBackend, condition: Any) -> None:
    """Let a reader work: it looks after the others only between messages."""

    def look() -> bool | None:
        backend.publish([b"tick"])
        backend.ack("upload", reader.next())
        return condition() or None

    eventually(look, "the reader looked after the others", 10)


def test_the_rest_of_a_batch_goes_to_another_where_a_reader_is_told_to_stop(
    server: Any, backend: RedisStreamsBackend
) -> None:
    backend.publish([b"1", b"2", b"3"])
    stopped = Reader(backend)
    backend.ack("upload", stopped.next())
    stopped.end()
    assert len(names_in_group(server, backend)) == 1  # messages hang on the name
    other = Reader(backend)
    assert [other.next().raw, other.next().raw] == [b"2", b"3"]


def test_a_reader_that_ends_takes_its_name_along(server: Any, backend: RedisStreamsBackend) -> None:
    reader = Reader(backend)
    backend.publish([b"one"])
    backend.ack("upload", reader.next())
    assert len(names_in_group(server, backend)) == 1
    reader.end()
    assert names_in_group(server, backend) == set()


def test_an_emptied_server_is_no_end(server: Any, backend: RedisStreamsBackend) -> None:
    reader = Reader(backend)
    backend.publish([b"before"])
    backend.ack("upload", reader.next())
    server.flushall()
    backend.publish([b"published while the group was gone"])
    assert reader.next().raw == b"published while the group was gone"


def test_a_server_emptied_while_a_reader_waits_is_no_end(
    server: Any, backend: RedisStreamsBackend
) -> None:
    heard: list[bytes] = []
    stop = threading.Event()
    reading = threading.Thread(
        target=lambda: heard.extend(each.raw for each in backend.subscribe("upload", stop))
    )
    reading.start()
    waits = lambda: bool(server.info("clients")["blocked_clients"]) or None  # noqa: E731
    eventually(waits, "the reader waits", 5)
    server.flushall()
    backend.publish([b"after"])
    eventually(lambda: heard == [b"after"] or None, "the message after the flood", 5)
    stop.set()
    reading.join(5)
    assert not reading.is_alive()


def test_what_somebody_else_wrote_into_the_stream_stops_nobody(
    server: Any, backend: RedisStreamsBackend
) -> None:
    server.xadd(backend.channel, {"colour": "blue"})
    backend.publish([b"ours"])
    reader = Reader(backend)
    assert [reader.next().raw, reader.next().raw] == [b"", b"ours"]


def test_the_stream_keeps_about_as_many_as_it_was_told(url: str, server: Any) -> None:
    small = RedisStreamsBackend(url=url, channel=f"test-{uuid4()}", max_length=100)
    for _ in range(20):
        small.publish([b"x"] * 100)
    assert 100 <= server.xlen(small.channel) < 400


def test_a_reader_behind_the_trimming_goes_on_with_what_is_there(url: str) -> None:
    small = RedisStreamsBackend(
        url=url, channel=f"test-{uuid4()}", max_length=100, claim_after_s=SOON_S
    )
    small.publish([b"in hand"])
    Reader(small).next()  # and never acknowledged
    small.publish([str(number).encode() for number in range(1000)])
    time.sleep(SOON_S)  # so that it would be claimed, were it still there
    late = Reader(small)
    heard = [late.next().raw]
    while heard[-1] != b"999":
        heard.append(late.next().raw)
    assert b"in hand" not in heard


def test_watching_makes_no_group(server: Any, backend: RedisStreamsBackend) -> None:
    backend.publish([b"before"])
    watching = backend.watch(threading.Event())
    seen: list[bytes] = []
    looker = threading.Thread(target=lambda: seen.append(next(watching)))
    looker.start()
    waits = lambda: bool(server.info("clients")["blocked_clients"]) or None  # noqa: E731
    eventually(waits, "the watcher waits", 5)
    backend.publish([b"after"])
    looker.join(5)
    assert seen == [b"after"]
    assert server.xinfo_groups(backend.channel) == []


def test_a_group_that_may_not_be_made_is_told_and_not_asked_for_without_end(
    url: str, server: Any
) -> None:
    server.acl_setuser("reader", enabled=True, passwords=["+secret"], keys=["*"], channels=["*"],
                       commands=["+@all", "-xgroup"])  # fmt: skip
    password = urlsplit(url).password
    theirs = url.replace(f":{password}@", "reader:secret@")
    backend = RedisStreamsBackend(url=theirs, channel=f"test-{uuid4()}")
    stop = threading.Event()
    stopping = threading.Timer(5, stop.set)  # else it would ask for ever
    stopping.start()
    with pytest.raises(BusUnavailable, match="permission"):
        next(backend.subscribe("upload", stop))
    stopping.cancel()
