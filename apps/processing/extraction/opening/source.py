"""The bytes of the video: the engine's only input."""

import os
from threading import Lock
from typing import Protocol


class Source(Protocol):
    """Random access to the bytes of one video."""

    size: int
    bytes_read: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Return from one up to `length` bytes from `offset`; none only at the end."""

    def expect(self, offset: int, length: int) -> None:
        """Hear that these bytes will be read."""

    def hollow(self) -> "Source":
        """Return a view for whoever wants no pictures: bytes that are not here may be zeros."""


class DescriptorSource:
    """A source over an open descriptor; never moves its position, which others may share.

    Several threads may read at once. `size` (bytes) is for whoever may not ask the kernel.
    """

    def __init__(self, descriptor: int, size: int | None = None) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size if size is None else size
        self.bytes_read = 0
        self._counting = Lock()

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; raises OSError when the disk fails."""
        data = os.pread(self._descriptor, length, offset)
        with self._counting:
            self.bytes_read += len(data)
        return data

    def expect(self, offset: int, length: int) -> None:
        """Do nothing: all bytes are here."""

    def hollow(self) -> Source:
        """Return the same bytes."""
        return self


class SourceFile:
    """A source as the nameless file object that PyAV reads: a name could be made to open things."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._position = 0

    def read(self, length: int) -> bytes:
        """Return the next bytes, empty at the end."""
        if not 0 <= self._position < self._source.size:  # what a crafted index may ask for
            return b""
        data = self._source.read_at(self._position, length)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; returns the new position in bytes."""
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._source.size}
        self._position = origins[whence] + offset
        return self._position

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position
