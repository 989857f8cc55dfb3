"""What every transport must do. A new backend is added to `BACKENDS` and must pass unchanged."""

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.conf import settings

from frameflow.bus.backends import BaseBackend, Delivery
from frameflow.bus.backends.memory import MemoryBackend
from frameflow.bus.backends.redis_pubsub import RedisPubSubBackend
from frameflow.bus.backends.redis_streams import RedisStreamsBackend
from frameflow.bus.exceptions import BusUnavailable
from tests.e2e.stack import eventually

PATIENCE_S = 10


def redis_pubsub() -> BaseBackend:
    return RedisPubSubBackend(url=settings.REDIS_URL, channel=f"test-{uuid4()}")


def redis_streams() -> BaseBackend:
    return RedisStreamsBackend(url=settings.REDIS_URL, channel=f"test-{uuid4()}")


BACKENDS: dict[str, Callable[[], BaseBackend]] = {
    "memory": MemoryBackend,
    "redis_pubsub": redis_pubsub,
    "redis_streams": redis_streams,
}


class Listener:
    """Hears messages in a thread, until it has as many as it was asked for."""

    def __init__(self, backend: BaseBackend, consumer: str) -> None:
        self.backend, self.consumer = backend, consumer
        self.heard: list[bytes] = []
        self.stop, self.changed = threading.Event(), threading.Condition()
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        for delivery in self.backend.subscribe(self.consumer, self.stop):
            self.backend.ack(self.consumer, delivery)
            self._note(delivery.raw)

    def _note(self, raw: bytes) -> None:
        with self.changed:
            self.heard.append(raw)
            self.changed.notify_all()

    def has_heard(self, message: bytes) -> bool:
        """Wait for a message."""
        with self.changed:
            return self.changed.wait_for(lambda: message in self.heard, PATIENCE_S)

    def is_ready(self) -> bool:
        """Publish until the first message arrives: then the subscription stands."""
        ready = threading.Event()
        for _ in range(200):
            self.backend.publish([b"hello"])
            with self.changed:
                if self.changed.wait_for(lambda: bool(self.heard), 0.05):
                    ready.set()
                    break
        return ready.is_set()

    def end(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


class Watcher(Listener):
    """Looks on."""

    def _listen(self) -> None:
        for raw in self.backend.watch(self.stop):
            self._note(raw)


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader in Redis looks often whether it shall stop: that halves the time of these tests."""
    for module in ("redis_pubsub", "redis_streams"):
        monkeypatch.setattr(f"frameflow.bus.backends.{module}.LOOK_EVERY_S", 0.1)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> BaseBackend:
    return BACKENDS[request.param]()


Listen = Callable[..., Listener]


@pytest.fixture
def listen(backend: BaseBackend) -> Iterator[Listen]:
    made: list[Listener] = []

    def start(consumer: str, kind: type[Listener] = Listener) -> Listener:
        made.append(kind(backend, consumer))
        assert made[-1].is_ready()
        return made[-1]

    yield start
    for listener in made:
        listener.stop.set()
    for listener in made:
        listener.end()


@pytest.mark.parametrize("kind", [Listener, Watcher])
def test_everybody_hears_every_message(
    backend: BaseBackend, listen: Listen, kind: type[Listener]
) -> None:
    listeners = [listen("upload", kind), listen("download", kind)]
    sent = [f"message {number}".encode() for number in range(500)]
    backend.publish(sent)
    for listener in listeners:
        assert listener.has_heard(sent[-1])
        assert [each for each in listener.heard if each != b"hello"] == sent


def test_who_watches_takes_nothing_away(backend: BaseBackend, listen: Listen) -> None:
    listener, watcher = listen("upload"), listen("upload", Watcher)
    backend.publish([b"for both"])
    assert listener.has_heard(b"for both")
    assert watcher.has_heard(b"for both")


def test_two_of_one_name_hear_everything_between_them(backend: BaseBackend, listen: Listen) -> None:
    pair = [listen("upload"), listen("upload")]
    sent = {f"message {number}".encode() for number in range(500)}
    backend.publish(sorted(sent))
    eventually(lambda: sent <= {*pair[0].heard, *pair[1].heard} or None, "all is heard", PATIENCE_S)


def test_more_is_at_hand_where_more_comes_and_only_there(
    backend: BaseBackend, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived: list[Delivery] = []
    ack = backend.ack

    def note(consumer: str, *deliveries: Delivery) -> None:
        arrived.extend(deliveries)
        ack(consumer, *deliveries)

    monkeypatch.setattr(backend, "ack", note)
    listener = listen("upload")
    sent = [f"message {number}".encode() for number in range(120)]
    backend.publish(sent)
    assert listener.has_heard(sent[-1])
    assert any(each.more_at_hand for each in arrived)
    assert not arrived[-1].more_at_hand


def test_bytes_arrive_as_they_were_sent(backend: BaseBackend, listen: Listen) -> None:
    listener = listen("upload")
    odd = bytes(range(256)) * 200
    backend.publish([odd])
    assert listener.has_heard(odd)


def test_who_comes_late_hears_as_much_as_the_backend_says(
    backend: BaseBackend, listen: Listen
) -> None:
    backend.publish([b"before"])
    late = listen("upload")
    backend.publish([b"after"])
    assert late.has_heard(b"after")
    assert (b"before" in late.heard) == backend.supports_replay


def test_who_was_away_hears_as_much_as_the_backend_says(
    backend: BaseBackend, listen: Listen
) -> None:
    listen("upload").end()
    backend.publish([b"meanwhile"])
    back = listen("upload")
    backend.publish([b"after"])
    assert back.has_heard(b"after")
    assert (b"meanwhile" in back.heard) == backend.is_durable


def test_publishing_nothing_is_no_error(backend: BaseBackend) -> None:
    backend.publish([])


@pytest.mark.parametrize("kind", [Listener, Watcher])
def test_a_subscription_ends_when_told_to(
    backend: BaseBackend, listen: Listen, kind: type[Listener]
) -> None:
    listener = listen("upload", kind)
    listener.stop.set()
    listener.thread.join(3)
    assert not listener.thread.is_alive()


def test_a_transport_that_answers_says_so(backend: BaseBackend) -> None:
    backend.ping()


@pytest.mark.parametrize("transport", [RedisPubSubBackend, RedisStreamsBackend])
@pytest.mark.parametrize("call", ["ping", "publish", "subscribe", "watch", "ack"])
def test_a_server_that_is_away_is_unavailable_and_nothing_else(
    transport: type[RedisStreamsBackend], call: str
) -> None:
    away = transport(url="redis://127.0.0.1:1/0", channel="x")
    calls: dict[str, Callable[[], object]] = {
        "ping": away.ping,
        "publish": lambda: away.publish([b"x"]),
        "subscribe": lambda: next(iter(away.subscribe("x", threading.Event()))),
        "watch": lambda: next(iter(away.watch(threading.Event()))),
        "ack": lambda: away.ack("x", Delivery(b"x", "0-1")),
    }
    if (call, transport) == ("ack", RedisPubSubBackend):
        calls[call]()  # it forgets at once
        return
    with pytest.raises(BusUnavailable):
        calls[call]()
