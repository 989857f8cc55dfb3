"""What every transport must do. A new backend is added to `BACKENDS` and must pass unchanged."""

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.conf import settings

from frameflow.bus.backends import BaseBackend
from frameflow.bus.backends.memory import MemoryBackend
from frameflow.bus.backends.redis_pubsub import RedisPubSubBackend
from frameflow.bus.exceptions import BusUnavailable

PATIENCE_S = 10


def redis_pubsub() -> BaseBackend:
    return RedisPubSubBackend(url=settings.REDIS_URL, channel=f"test-{uuid4()}")


BACKENDS = {"memory": MemoryBackend, "redis_pubsub": redis_pubsub}


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
            with self.changed:
                self.heard.append(delivery.raw)
                self.changed.notify_all()

    def wait_for(self, count: int) -> list[bytes]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.heard) >= count, PATIENCE_S)
            return list(self.heard)

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


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> BaseBackend:
    return BACKENDS[request.param]()


@pytest.fixture
def listen(backend: BaseBackend) -> Iterator[Callable[[str], Listener]]:
    made: list[Listener] = []

    def start(consumer: str) -> Listener:
        made.append(Listener(backend, consumer))
        assert made[-1].is_ready()
        return made[-1]

    yield start
    for listener in made:
        listener.end()


def test_every_consumer_hears_every_message(
    backend: BaseBackend, listen: Callable[[str], Listener]
) -> None:
    listeners = [listen("upload"), listen("download")]
    sent = [f"message {number}".encode() for number in range(500)]
    backend.publish(sent)
    for listener in listeners:
        with listener.changed:
            assert listener.changed.wait_for(lambda: sent[-1] in listener.heard, PATIENCE_S)  # noqa: B023
        assert [each for each in listener.heard if each != b"hello"] == sent


def test_bytes_arrive_as_they_were_sent(
    backend: BaseBackend, listen: Callable[[str], Listener]
) -> None:
    listener = listen("upload")
    odd = bytes(range(256)) * 200
    backend.publish([odd])
    with listener.changed:
        assert listener.changed.wait_for(lambda: odd in listener.heard, PATIENCE_S)


def test_publishing_nothing_is_no_error(backend: BaseBackend) -> None:
    backend.publish([])


def test_a_subscription_ends_when_told_to(
    backend: BaseBackend, listen: Callable[[str], Listener]
) -> None:
    listener = listen("upload")
    listener.stop.set()
    listener.thread.join(3)
    assert not listener.thread.is_alive()


def test_a_transport_that_answers_says_so(backend: BaseBackend) -> None:
    backend.ping()


def test_pub_sub_says_that_it_keeps_nothing() -> None:
    assert not redis_pubsub().is_durable
    assert not redis_pubsub().supports_replay


@pytest.mark.parametrize("call", ["ping", "publish", "subscribe"])
def test_a_server_that_is_away_is_unavailable_and_nothing_else(call: str) -> None:
    away = RedisPubSubBackend(url="redis://127.0.0.1:1/0", channel="x")
    calls: dict[str, Callable[[], object]] = {
        "ping": away.ping,
        "publish": lambda: away.publish([b"x"]),
        "subscribe": lambda: next(iter(away.subscribe("x", threading.Event()))),
    }
    with pytest.raises(BusUnavailable):
        calls[call]()
