"""Redis Streams: one stream for all messages, one consumer group for each context.

The processes of a context share its group: each message goes to one of them, and what one had in
hand when it died another takes over. The stream keeps the newest messages for contexts that are
away. It is a faster road and not the truth: emptied or trimmed, it loses what the outbox sends
again.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import redis

from frameflow.bus.backends.base import BaseBackend, Delivery
from frameflow.bus.backends.redis_client import LOOK_EVERY_S, open_client, unavailable

FIELD = b"message"
BEGINNING = "0-0"
BATCH = 50
#: What Redis says when the stream, and so the group, went away before or while we waited.
GROUP_IS_GONE = ("NOGROUP", "UNBLOCKED")
GROUP_IS_THERE = "BUSYGROUP"

#: What Redis gives: the id of an entry, and its fields.
Entry = tuple[bytes, dict[bytes, bytes]]


class RedisStreamsBackend(BaseBackend):
    """Keeps about `max_length` messages. A message that its reader has not acknowledged for
    `claim_after_s` goes to another reader of the group, and a reader that asked for nothing for so
    long is forgotten."""

    is_durable = True
    supports_replay = True

    def __init__(
        self, url: str, channel: str, max_length: int = 10_000, claim_after_s: float = 30.0
    ) -> None:
        self.channel = channel
        self.max_length = max_length
        self.claim_after_s = claim_after_s
        self._redis = open_client(url)

    def publish(self, messages: Sequence[bytes]) -> None:
        with unavailable(), self._redis.pipeline(transaction=False) as pipeline:
            for message in messages:
                pipeline.xadd(self.channel, {FIELD: message}, maxlen=self.max_length)
            pipeline.execute()

    def subscribe(self, consumer: str, stop: threading.Event) -> Iterator[Delivery]:
        reader = _Reader(self._redis, self.channel, consumer, self.claim_after_s)
        with unavailable():
            while not stop.is_set():
                entries = reader.read()
                for left, (identity, fields) in enumerate(entries, 1 - len(entries)):
                    yield Delivery(_raw(fields), identity.decode(), more_at_hand=left < 0)
                    if stop.is_set():
                        break  # the rest of the batch goes to another reader
            reader.leave()

    def ack(self, consumer: str, *deliveries: Delivery) -> None:
        with unavailable():
            self._redis.xack(self.channel, consumer, *(each.token for each in deliveries))

    def watch(self, stop: threading.Event) -> Iterator[bytes]:
        """Read past the groups: each watcher sees all, and leaves nothing behind in Redis."""
        with unavailable():
            newest: Any = self._redis.xrevrange(self.channel, count=1)
            seen = newest[0][0] if newest else BEGINNING
            while not stop.is_set():
                answer = self._redis.xread({self.channel: seen}, BATCH, _milliseconds(LOOK_EVERY_S))
                for identity, fields in _entries(answer):
                    seen = identity
                    yield _raw(fields)

    def ping(self) -> None:
        with unavailable():
            self._redis.ping()


class _Reader:
    """One member of a group, under a name that no other reader ever had."""

    def __init__(self, client: redis.Redis, stream: str, group: str, patience_s: float) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
        self._redis, self._stream, self._group = client, stream, group
        self._patience_s = patience_s
        self._look_after_others_at = 0.0
        self._cursor: bytes | str = BEGINNING

    def read(self) -> list[Entry]:
        """Return what another reader left lying, else what is new; wait for it a moment."""
        try:
            return self._left_lying() or self._new()
        except redis.ResponseError as error:
            if not str(error).startswith(GROUP_IS_GONE):
                raise
            self._make_group()
            return []

    def leave(self) -> None:
        """Take our name out of the group, unless messages hang on it: those are claimed first."""
        with suppress(redis.RedisError):
            self._forget(lambda reader: reader["name"] == self.name.encode())

    def _make_group(self) -> None:
        """From the beginning: what was published before the group came back is heard too."""
        try:
            self._redis.xgroup_create(self._stream, self._group, id=BEGINNING, mkstream=True)
        except redis.ResponseError as error:
            if not str(error).startswith(GROUP_IS_THERE):  # another reader was faster
                raise

    def _new(self) -> list[Entry]:
        return _entries(
            self._redis.xreadgroup(
                self._group,
                self.name,
                {self._stream: ">"},
                BATCH,
                _milliseconds(LOOK_EVERY_S),
            )
        )

    def _left_lying(self) -> list[Entry]:
        if time.monotonic() < self._look_after_others_at:
            return []
        patience_ms = _milliseconds(self._patience_s)
        answer: Any = self._redis.xautoclaim(
            self._stream, self._group, self.name, patience_ms, self._cursor, BATCH
        )
        self._cursor, claimed = answer[0], answer[1]
        if self._cursor == BEGINNING.encode():  # all were looked at
            self._look_after_others_at = time.monotonic() + self._patience_s / 2
            self._forget(lambda reader: reader["idle"] > patience_ms)
        return list(claimed)

    def _forget(self, is_gone: Callable[[dict[str, Any]], bool]) -> None:
        readers: Any = self._redis.xinfo_consumers(self._stream, self._group)
        for reader in readers:
            if reader["pending"] == 0 and is_gone(reader):
                self._redis.xgroup_delconsumer(self._stream, self._group, reader["name"])


def _entries(answer: Any) -> list[Entry]:
    """Unpack an answer about one stream; None where nothing came in time."""
    return list(answer[0][1]) if answer else []


def _raw(fields: dict[bytes, bytes]) -> bytes:
    """Return the message; empty, and so refused, where somebody else wrote into the stream."""
    return fields.get(FIELD, b"")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
