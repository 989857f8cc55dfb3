"""A TCP proxy before a server, so that the server can be taken away and given back."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 64 * 1024


class Proxy:
    """Passes bytes on, or refuses connections, or takes them and says nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._flows = self._call(_event())
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.pass_on()

    def pass_on(self) -> None:
        """Be the server."""
        self._loop.call_soon_threadsafe(self._flows.set)
        if self._server is None:
            self._server = self._call(
                asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
            )
            self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """Be a server that was stopped: nobody listens, and what was open is cut."""
        if self._server is not None:
            self._call(self._stop_listening(self._server))
            self._server = None
        self._call(self._cut())

    def hang(self) -> None:
        """Be a server that takes connections and bytes, and says nothing."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def close(self) -> None:
        """End for good."""
        self.refuse()
        self._call(self._end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def before(self, url: str) -> str:
        """Return a URL of the server that leads through here."""
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user}{at}127.0.0.1:{self.port}"))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        forth: asyncio.StreamWriter | None = None
        try:
            await self._flows.wait()
            back, forth = await asyncio.open_connection(*self._target)
            self._open.add(forth)
            await asyncio.gather(self._pump(reader, forth), self._pump(back, writer))
        except (OSError, asyncio.CancelledError):
            pass  # either side has gone, or we end
        finally:
            for each in (writer, forth):
                if each is not None:
                    each.transport.abort()
                    self._open.discard(each)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            await self._flows.wait()
            writer.write(chunk)
            await writer.drain()
        writer.close()

    @staticmethod
    async def _stop_listening(server: asyncio.Server) -> None:
        server.close()

    async def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    @staticmethod
    async def _end_tasks() -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


async def _event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@contextmanager
def proxy_before(url: str) -> Iterator[Proxy]:
    """Run a proxy before the server of a URL until the end of the block."""
    parts = urlsplit(url)
    proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 0)
    try:
        yield proxy
    finally:
        proxy.close()
