"""What lies and listens around an input, and notices when it is touched."""

import ctypes
import os
import select
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.hostile.registry import Hostile, Place
from tests.hostile.seeds import clip

IN_CREATE, IN_DELETE, IN_MODIFY, IN_MOVED, IN_OPEN = 0x100, 0x200, 0x2, 0xC0, 0x20
TOUCHED: Final = IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED | IN_OPEN
EVENT: Final = struct.Struct("iIII")
NEIGHBOURS: Final = ("neighbour.m3u8", "neighbour.mp4", "neighbour.sub", "input.sub", "frame01.jpg")


class Canary:
    """Hears of every file that is opened, made, changed or removed in a folder, by whomever."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        watching = libc.inotify_add_watch(self._descriptor, os.fsencode(folder), TOUCHED)
        assert self._descriptor >= 0 <= watching, os.strerror(ctypes.get_errno())

    def heard(self) -> set[str]:
        """Return the names of the files that were touched since it was asked before."""
        names: set[str] = set()
        while select.select([self._descriptor], [], [], 0)[0]:
            data = os.read(self._descriptor, 65536)
            while data:
                length = EVENT.unpack_from(data)[3]
                name = data[EVENT.size : EVENT.size + length].rstrip(b"\0")
                names.add(os.fsdecode(name) or "the folder")
                data = data[EVENT.size + length :]
        return names

    def __enter__(self) -> "Canary":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


class Servers:
    """Servers on this machine that nobody may call: TCP, UDP, and one at a path."""

    def __init__(self, path: Path) -> None:
        self._tcp, self._unix = socket.socket(), socket.socket(socket.AF_UNIX)
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for each, address in ((self._tcp, ("127.0.0.1", 0)), (self._unix, str(path))):
            each.bind(address)
            each.listen()
        self._udp.bind(("127.0.0.1", 0))
        self.ports: tuple[int, int] = (self._tcp.getsockname()[1], self._udp.getsockname()[1])
        self.calls = 0

    def answer(self) -> None:
        """Count who calls, and hang up on them."""
        while readable := select.select([self._tcp, self._unix, self._udp], [], [], 0)[0]:
            for each in readable:
                self.calls += 1
                if each is self._udp:
                    each.recv(65536)
                else:
                    each.accept()[0].close()

    def close(self) -> None:
        """Stop listening."""
        for each in (self._tcp, self._unix, self._udp):
            each.close()


@contextmanager
def surroundings(folder: Path) -> Iterator[tuple[Place, Servers]]:
    """Make a folder a place with servers and neighbours."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "neighbour.ts").write_bytes(clip("mpegts"))
    for name in NEIGHBOURS:
        (folder / name).write_bytes(clip("mpegts"))
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "server"
        servers = Servers(path)
        stack.callback(servers.close)
        yield Place(folder, path, *servers.ports), servers


def write(hostile: Hostile, place: Place) -> Path:
    """Write an input into its place; returns its path."""
    path = place.folder / hostile.file
    path.write_bytes(hostile.write(place))
    return path
