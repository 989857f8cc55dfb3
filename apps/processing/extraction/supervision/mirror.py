"""A sparse copy of a video that lies elsewhere: holds what the child asked for, and no more."""

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock, Thread
from typing import Final

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import Kind, Message
from apps.processing.extraction.channel.spans import BLOCK_BYTES, AskedSpans, Span
from apps.processing.extraction.channel.wire import Garbled
from apps.processing.extraction.exceptions import ChildDied

#: Requests under way at once: enough that waiting for one answer costs little.
MOST_AT_ONCE: Final = 8
READ_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class RemoteVideo:
    """A video that is fetched in parts.

    `read_range(offset, length)` yields those bytes in order, a few at a time, and is called by
    several threads at once. What it raises comes out of `extract`.
    """

    size: int
    read_range: Callable[[int, int], Iterator[bytes]]


class Mirror:
    """A file without a name, as long as the video, that threads fill where the child asks.

    The child is believed nothing: what it asks for is checked, and an error of the store is kept
    for `check` to raise.
    """

    def __init__(self, video: RemoteVideo) -> None:
        self.size = video.size
        self.bytes_fetched = 0
        self._video = video
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        os.ftruncate(self._file.fileno(), video.size)
        self.descriptor = os.open(f"/dev/fd/{self._file.fileno()}", os.O_RDONLY)
        self._ours, self.asks = socket.socketpair()
        self._asked = AskedSpans(video.size)
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, "fetching")
        self._listening = Thread(target=self._listen, name="asks", daemon=True)
        self._lock, self._telling = Lock(), Lock()
        self._waiting = 0
        self._error: BaseException | None = None
        self._is_closed = False

    @property
    def is_fetching(self) -> bool:
        """Whether some thread waits for the store."""
        return self._waiting > 0

    def start(self) -> None:
        """Listen to the child; before, no thread is started that a fork could meet."""
        self.asks.close()
        self._listening.start()

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Forget everything. A thread that waits for the store ends with its answer."""
        with self._lock:
            self._is_closed = True
            self._file.close()
        os.close(self.descriptor)
        self.asks.close()
        with suppress(OSError):  # the child hung up
            self._ours.shutdown(socket.SHUT_RDWR)
        if self._listening.ident is not None:
            self._listening.join()
        self._ours.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _listen(self) -> None:
        assembler = protocol.Assembler(max_body_bytes=0)
        with suppress(OSError):  # hung up
            try:
                while piece := self._ours.recv(READ_BYTES):
                    for message in assembler.feed(piece):
                        self._pool.submit(self._fetch, self._span(message))
            except Garbled:
                self._fail(ChildDied("protocol"))

    def _span(self, message: Message) -> Span:
        if message.kind is not Kind.NEED:
            raise Garbled(f"{message.kind.name} out of turn")
        span = message.read(Span)
        self._asked.add(span)
        return span

    def _fetch(self, span: Span) -> None:
        if self._is_closed or self._error is not None:
            return
        try:
            with self._own_descriptor() as descriptor:
                self._fill(descriptor, span)
        except BaseException as error:
            self._fail(error)

    def _fill(self, descriptor: int, span: Span) -> None:
        at = told = span.offset
        for chunk in self._chunks(span):
            if self._is_closed:
                return
            _write(descriptor, chunk, at)
            self._count(len(chunk))
            at += len(chunk)
            whole = at if at == span.end else at - at % BLOCK_BYTES
            if whole > told:
                self._tell(Span(told, whole - told))
                told = whole
        if at != span.end:
            raise EOFError("the store gave fewer bytes than the video has")

    def _chunks(self, span: Span) -> Iterator[bytes]:
        """Yield what the store gives, and count the threads that wait for it."""
        with self._waited_for():
            chunks = iter(self._video.read_range(span.offset, span.length))
            chunk = next(chunks, b"")
        while chunk:
            yield chunk
            with self._waited_for():
                chunk = next(chunks, b"")

    @contextmanager
    def _waited_for(self) -> Iterator[None]:
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def _count(self, more_bytes: int) -> None:
        with self._lock:
            self.bytes_fetched += more_bytes

    def _tell(self, span: Span) -> None:
        with self._telling, suppress(OSError):  # a child that is gone is found out elsewhere
            protocol.send(self._ours, Kind.HAVE, span)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._error = self._error or error

    @contextmanager
    def _own_descriptor(self) -> Iterator[int]:
        """A number of one's own: once the file is closed its number may be another file's."""
        with self._lock:
            descriptor = os.dup(self._file.fileno())
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _write(descriptor: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
