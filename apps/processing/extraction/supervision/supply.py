"""What a child reads from: a file that lies here, or a copy that fills as the child asks."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

from apps.processing.extraction.supervision.mirror import Mirror, RemoteVideo


class Supply(Protocol):
    """The bytes of one video for one child.

    `descriptor` is the child's to read from, `asks` its end of the channel to ask for what is not
    there, where anything can be missing.
    """

    @property
    def descriptor(self) -> int: ...
    @property
    def asks(self) -> socket.socket | None: ...
    @property
    def size(self) -> int: ...

    @property
    def is_fetching(self) -> bool:
        """Whether bytes are on their way from the store."""

    @property
    def bytes_fetched(self) -> int | None:
        """How many bytes came from the store; None where all of them lie here."""

    def start(self) -> None:
        """Begin to serve, once the child lives."""

    def check(self) -> None:
        """Raise what went wrong since: an error of the store, or ChildDied."""


class LocalFile:
    """A file with a descriptor: nothing is copied."""

    asks = None
    is_fetching = False
    bytes_fetched = None

    def __init__(self, file: BinaryIO) -> None:
        self.descriptor = file.fileno()
        self.size = os.fstat(self.descriptor).st_size

    def start(self) -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing."""


@contextmanager
def supply_for(source: BinaryIO | RemoteVideo) -> Iterator[Supply]:
    """Make a video ready to be read by a child; leaves nothing behind."""
    if not isinstance(source, RemoteVideo):
        yield LocalFile(source)
        return
    mirror = Mirror(source)
    try:
        yield mirror
    finally:
        mirror.close()
