"""A TCP proxy before a server, so that the server can be taken away and given back."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 64 * 1024
REQUEST_END = b"\r\n\r\n"


class Proxy:
    """Passes bytes on, or is one of the ways in which a server fails."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._flows = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self._answer = b""
        self._loses_answers = False
        self._pause_s = 0.0
        self.came_bytes = 0
        self.touched = 0
        self.port = 0
        self.pass_on()

    def pass_on(self) -> None:
        """Be the server; `touched` counts anew what meets another way than this one."""
        self.touched = 0
        self._answer, self._loses_answers, self._pause_s = b"", False, 0.0
        self._flows.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
            self.port = self._listener.getsockname()[1]
            self._run(self._accept, self._listener)

    def refuse(self) -> None:
        """Be a server that was stopped: nobody listens, and what was open is cut."""
        if self._listener is not None:
            _shut(self._listener)
            self._listener.close()
            self._listener = None
        self.cut()

    def cut(self) -> int:
        """End what is open; new connections are as before. Return how many ends were open."""
        found = list(self._open)
        for each in found:
            _shut(each)
        return len(found)

    def answer(self, words: bytes) -> None:
        """Be an HTTP server that gives this answer to every request."""
        self._answer = words
        self.cut()

    def lose_answers(self) -> None:
        """Be a server that does what it is asked, and whose answers never arrive."""
        self._loses_answers = True

    def narrow(self, bytes_s: float) -> None:
        """Be a narrow line: each connection takes in so many bytes in a second."""
        self._pause_s = CHUNK_BYTES / bytes_s

    def hang(self) -> None:
        """Be a server that takes connections and bytes, and says nothing."""
        self._flows.clear()

    def close(self) -> None:
        """End for good."""
        self.refuse()
        self._flows.set()
        for thread in self._threads:
            thread.join(10)

    def before(self, url: str) -> str:
        """Return a URL of the server that leads through here."""
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user}{at}127.0.0.1:{self.port}"))

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # until nobody listens any more
            while True:
                self._run(self._serve, listener.accept()[0])

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), self._kept(near):
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wait()
            if self._answer:
                self.touched += 1
                _reply(near, self._answer)
                return
            with self._kept(socket.create_connection(self._target)) as far:
                far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = self._run(self._pump, far, near, self._lose)
                self._pump(near, far, self._count)
                back.join()

    def _pump(
        self, source: socket.socket, sink: socket.socket, is_lost: Callable[[bytes], bool]
    ) -> None:
        with suppress(OSError):  # either side has gone
            while (chunk := source.recv(CHUNK_BYTES)) and not is_lost(chunk):
                self._wait()
                sink.sendall(chunk)
        _shut(sink)

    def _wait(self) -> None:
        """Wait where nothing flows."""
        self.touched += not self._flows.is_set()
        self._flows.wait()

    def _lose(self, chunk: bytes) -> bool:
        """Return whether an answer is lost."""
        self.touched += self._loses_answers
        return self._loses_answers

    def _count(self, chunk: bytes) -> bool:
        """Count what comes, at the pace of the line; none of it is lost."""
        self.came_bytes += len(chunk)
        time.sleep(self._pause_s * len(chunk) / CHUNK_BYTES)
        return False

    @contextmanager
    def _kept(self, each: socket.socket) -> Iterator[socket.socket]:
        with each:
            self._open.add(each)
            try:
                yield each
            finally:
                self._open.discard(each)

    def _run(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        return thread


def _reply(near: socket.socket, words: bytes) -> None:
    """Hear a request to the end of its head, and answer; what follows is not listened to."""
    near.settimeout(5)
    heard = b""
    while REQUEST_END not in heard and (chunk := near.recv(CHUNK_BYTES)):
        heard += chunk
    near.sendall(words)
    near.shutdown(socket.SHUT_WR)
    while near.recv(CHUNK_BYTES):
        pass


def _shut(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_before(url: str) -> Iterator[Proxy]:
    """Run a proxy before the server of a URL until the end of the block."""
    parts = urlsplit(url)
    proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 0)
    try:
        yield proxy
    finally:
        proxy.close()
