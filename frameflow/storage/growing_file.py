"""A file that grows over several processes."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

SAVE_EVERY_BYTES = 1024 * 1024

Errors = Callable[[], AbstractContextManager[None]]


class GrowingFile:
    """Writes behind the first `at` bytes of a file, and saves each MiB.

    What is behind `at` already is written over, never cut off: another process that was paused
    here could otherwise cut off what was acknowledged meanwhile.
    """

    def __init__(self, path: Path, at: int, errors: Errors) -> None:
        flags = os.O_RDWR | (os.O_CREAT if at == 0 else 0)
        self.file = os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=SAVE_EVERY_BYTES)
        if os.fstat(self.file.fileno()).st_size < at:
            self.file.close()
            raise FileNotFoundError
        self.file.seek(at)
        self._errors = errors
        self.saved_bytes = self._written_bytes = at

    def write(self, data: bytes, /) -> object:
        with self._errors():
            self.file.write(data)
        self._written_bytes += len(data)
        if self._written_bytes - self.saved_bytes >= SAVE_EVERY_BYTES:
            self.save()
        return len(data)

    def close(self) -> None:
        """What was not saved is not promised, also where the disk is full."""
        with suppress(OSError):
            self.file.close()

    def save(self) -> None:
        if self._written_bytes == self.saved_bytes:
            return
        with self._errors():
            self.file.flush()
            os.fsync(self.file.fileno())
        self.saved_bytes = self._written_bytes

    def settle(self) -> None:
        """What was written lies in one place."""


def cut_to(path: Path, size_bytes: int) -> None:
    """Make a file so long for good; `FileNotFoundError` where it is shorter."""
    with path.open("r+b") as file:
        if os.fstat(file.fileno()).st_size < size_bytes:
            raise FileNotFoundError
        file.truncate(size_bytes)
        os.fsync(file.fileno())
