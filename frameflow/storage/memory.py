"""Objects in this process alone: for tests."""

import io
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

from frameflow.storage.base import (
    CHUNK_BYTES,
    GrowingObject,
    ObjectStore,
    ObjectWriter,
    StoredObject,
    check_key,
    check_prefix,
)
from frameflow.storage.exceptions import ObjectExists, ObjectNotFound


class _Growing:
    """All that is written is saved: it dies with the process."""

    def __init__(self, grown: bytearray, at: int) -> None:
        self._grown = grown
        self.saved_bytes = at

    def write(self, data: bytes, /) -> object:
        self._grown[self.saved_bytes : self.saved_bytes + len(data)] = data
        self.saved_bytes += len(data)
        return len(data)

    def save(self) -> None:
        return None

    def settle(self) -> None:
        return None


class MemoryStore(ObjectStore):
    """A dictionary behind a lock."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, datetime]] = {}
        self._grown: dict[str, bytearray] = {}
        self._lock = threading.Lock()

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        check_key(key)
        self._refuse_taken(key)
        buffer = io.BytesIO()
        yield buffer
        with self._lock:
            self._refuse_taken(key)
            self._objects[key] = buffer.getvalue(), datetime.now(UTC)

    @contextmanager
    def grow(self, key: str, at: int) -> Iterator[GrowingObject]:
        check_key(key)
        grown = self._grown.setdefault(key, bytearray()) if at == 0 else self._grown_to(key, at)
        yield _Growing(grown, at)

    def finish(self, key: str, size_bytes: int) -> None:
        if key in self._objects and key not in self._grown:
            return
        data = bytes(self._grown_to(check_key(key), size_bytes)[:size_bytes])
        self.put(key, data)
        self.discard(key)

    def discard(self, key: str) -> None:
        self._grown.pop(check_key(key), None)

    def _grown_to(self, key: str, size_bytes: int) -> bytearray:
        grown = self._grown.get(key, bytearray())
        if len(grown) < size_bytes or key not in self._grown:
            raise ObjectNotFound(f"{size_bytes} bytes of {key} are not there")
        return grown

    def stat(self, key: str) -> StoredObject:
        data, modified_at = self._found(key)
        return StoredObject(key=key, size_bytes=len(data), modified_at=modified_at)

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        data = memoryview(self._found(key)[0])[start:stop]
        for offset in range(0, len(data), CHUNK_BYTES):
            yield bytes(data[offset : offset + CHUNK_BYTES])

    async def aread(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        for chunk in self.read(key, start, stop):
            yield chunk

    @contextmanager
    def local_file(self, key: str) -> Iterator[BinaryIO]:
        data, _ = self._found(key)
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            yield file

    def list(self, prefix: str) -> Iterator[StoredObject]:
        check_prefix(prefix)
        with self._lock:
            found = sorted(key for key in self._objects if key.startswith(prefix))
        for key in found:
            try:
                yield self.stat(key)
            except ObjectNotFound:
                continue

    def delete(self, key: str) -> None:
        check_key(key)
        with self._lock:
            self._objects.pop(key, None)

    def abort_stale_writes(self, older_than_s: float, *, dry_run: bool = False) -> int:
        """An unfinished write lives and dies with its writer; a grown one has no age here."""
        count = len(self._grown) if older_than_s < 0 else 0
        if count and not dry_run:
            self._grown.clear()
        return count

    def _refuse_taken(self, key: str) -> None:
        if key in self._objects:
            raise ObjectExists(f"{key} is taken")

    def _found(self, key: str) -> tuple[bytes, datetime]:
        check_key(key)
        try:
            return self._objects[key]
        except KeyError:
            raise ObjectNotFound(f"{key} is not there") from None
