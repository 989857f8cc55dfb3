"""A real web process for tests of the dispatcher."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from frameflow.storage import ObjectStore
from frameflow.storage.filesystem import FilesystemStore


@dataclass(frozen=True)
class Web:
    """A web process that listens, and the store behind it."""

    port: int
    store: ObjectStore
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, request: str, *, receive_buffer_bytes: int | None = None) -> socket.socket:
        """Open a connection and send the text of a request; the caller reads, or does not."""
        connection = socket.socket()
        if receive_buffer_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        connection.connect(("127.0.0.1", self.port))
        connection.settimeout(20)
        connection.sendall(request.replace("\n", "\r\n").encode())
        return connection


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running_web(tmp_path_factory.mktemp("web")) as web:
        yield web


@contextmanager
def running_web(folder: Path) -> Iterator[Web]:
    """Run a web process of its own."""
    root = folder / "objects"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "tests.platform.web_process", str(port), str(root)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/facts", process)
        yield Web(port, FilesystemStore(root=str(root)), process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the web process did not come up")
