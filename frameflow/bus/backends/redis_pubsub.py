"""Redis Pub/Sub: every process hears every message; who is away misses it."""

import threading
from collections.abc import Iterator, Sequence

from frameflow.bus.backends.base import BaseBackend, Delivery
from frameflow.bus.backends.redis_client import LOOK_EVERY_S, open_client, unavailable


class RedisPubSubBackend(BaseBackend):
    """One channel for all messages. Loses, doubles and reorders; the outbox makes up for it."""

    def __init__(self, url: str, channel: str) -> None:
        self.channel = channel
        self._redis = open_client(url)

    def publish(self, messages: Sequence[bytes]) -> None:
        with unavailable(), self._redis.pipeline(transaction=False) as pipeline:
            for message in messages:
                pipeline.publish(self.channel, message)
            pipeline.execute()

    def subscribe(self, consumer: str, stop: threading.Event) -> Iterator[Delivery]:
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with unavailable(), pubsub as listener:
            listener.subscribe(self.channel)
            message = None
            while not stop.is_set():
                message = message or listener.get_message(timeout=LOOK_EVERY_S)
                if message is not None:
                    following = listener.get_message(timeout=0)
                    yield Delivery(message["data"], more_at_hand=following is not None)
                    message = following

    def ping(self) -> None:
        with unavailable():
            self._redis.ping()
