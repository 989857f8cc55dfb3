"""Objects as files below one folder, which several processes and machines may share."""

import asyncio
import os
import stat
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from frameflow.storage.base import (
    CHUNK_BYTES,
    GrowingObject,
    ObjectStore,
    ObjectWriter,
    StoredObject,
    check_key,
    check_prefix,
)
from frameflow.storage.exceptions import ObjectDamaged, ObjectExists, ObjectNotFound, StorageError
from frameflow.storage.growing_file import GrowingFile, cut_to

INCOMING = ".incoming"  # no key begins with a dot
ASYNC_CHUNK_BYTES = 64 * 1024  # what each of very many slow readers holds
PUBLISH_ATTEMPTS = 100


class FilesystemStore(ObjectStore):
    """Writes go to `root/.incoming/` and are linked into place, so that nothing is overwritten."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._incoming = self._root / INCOMING

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        path = self._path(key)
        with _storage_errors(key):
            if path.exists():
                raise ObjectExists(f"{key} is taken")
            self._incoming.mkdir(parents=True, exist_ok=True)
        unfinished = self._incoming / uuid4().hex
        try:
            with _Writer(unfinished, key) as writer:
                yield writer
            with _storage_errors(key):
                self._publish(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def grow(self, key: str, at: int) -> Iterator[GrowingObject]:
        path = self._grown(key)
        with _storage_errors(key):
            self._incoming.mkdir(parents=True, exist_ok=True)
            growing = GrowingFile(path, at, partial(_storage_errors, key))
            if at == 0:
                _sync(self._incoming)
        with closing(growing):
            yield growing

    def finish(self, key: str, size_bytes: int) -> None:
        """The name is free or our own: a key is that of one object only."""
        grown, path = self._grown(key), self._path(key)
        with suppress(ObjectNotFound), _storage_errors(key):
            cut_to(grown, size_bytes)
            with suppress(ObjectExists):
                self._publish(grown, path)
        if self.stat(key).size_bytes != size_bytes:
            raise ObjectDamaged(f"{key} is not what has grown")
        grown.unlink(missing_ok=True)

    def discard(self, key: str) -> None:
        with _storage_errors(key):
            self._grown(key).unlink(missing_ok=True)

    def stat(self, key: str) -> StoredObject:
        with _storage_errors(key):
            return _described(key, self._path(key).stat())

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        with _storage_errors(key), _opened(self._path(key)) as file:
            while chunk := _chunk(file, start, stop):
                yield chunk
                start += len(chunk)

    async def aread(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        with _storage_errors(key):
            file = await asyncio.to_thread(_opened, self._path(key))
            with file:
                end = sys.maxsize if stop is None else stop
                while chunk := await asyncio.to_thread(
                    _chunk, file, start, min(end, start + ASYNC_CHUNK_BYTES)
                ):
                    start += len(chunk)
                    yield chunk

    @contextmanager
    def local_file(self, key: str) -> Iterator[BinaryIO]:
        with _storage_errors(key):
            file = _opened(self._path(key))
        with file:
            yield file

    def in_place(self, key: str) -> AbstractContextManager[BinaryIO | None]:
        return self.local_file(key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        folder = check_prefix(prefix).rpartition("/")[0]
        with _storage_errors(prefix):
            yield from self._walk(folder, prefix)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with suppress(ObjectNotFound), _storage_errors(key):
            path.unlink()
            self._remove_empty_folders(path.parent)

    def abort_stale_writes(self, older_than_s: float, *, dry_run: bool = False) -> int:
        if not self._incoming.is_dir():
            return 0
        with _storage_errors(INCOMING):
            stale = [path for path in self._incoming.iterdir() if _age_s(path) > older_than_s]
            for path in stale if not dry_run else ():
                path.unlink(missing_ok=True)
        return len(stale)

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def _grown(self, key: str) -> Path:
        """Return where an object grows: a name that follows from its key."""
        return self._incoming / sha256(check_key(key).encode()).hexdigest()

    def _publish(self, unfinished: Path, path: Path) -> None:
        for _ in range(PUBLISH_ATTEMPTS):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.link(unfinished, path)
            except (FileExistsError, FileNotFoundError):
                if path.exists():
                    raise ObjectExists(f"{path.name} is taken") from None
                if not unfinished.exists():
                    raise StorageError("the unfinished write was given up as stale") from None
                continue  # a delete has just removed an empty folder
            self._sync_folders(path.parent)
            return
        raise StorageError("the folder of the object vanishes again and again")

    def _sync_folders(self, folder: Path) -> None:
        """A new name is durable only when every folder above it is."""
        while folder.is_relative_to(self._root):
            with suppress(FileNotFoundError):  # already deleted again
                _sync(folder)
            folder = folder.parent

    def _remove_empty_folders(self, folder: Path) -> None:
        with suppress(OSError):  # not empty, or already gone
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent

    def _walk(self, folder: str, prefix: str) -> Iterator[StoredObject]:
        try:
            entries = list(os.scandir(self._root / folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in sorted(entries, key=_place_in_order):
            key = f"{folder}/{entry.name}".lstrip("/")
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/"):
                    yield from self._walk(key, prefix)
            elif key.startswith(prefix):
                with suppress(FileNotFoundError, ObjectNotFound):
                    yield _described(key, entry.stat(follow_symlinks=False))


class _Writer:
    """An unfinished object; what it was given is on the disk when it closes cleanly."""

    def __init__(self, path: Path, key: str) -> None:
        self._key = key
        with _storage_errors(key):
            self._file = path.open("xb", buffering=CHUNK_BYTES)

    def write(self, data: bytes, /) -> object:
        with _storage_errors(self._key):
            return self._file.write(data)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if error is not None:
            with suppress(OSError):  # the disk may be full; what is left is removed anyway
                self._file.close()
            return
        with _storage_errors(self._key), self._file:
            self._file.flush()
            os.fsync(self._file.fileno())


@contextmanager
def _storage_errors(key: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise ObjectNotFound(f"{key} is not there") from None
    except FileExistsError:
        raise ObjectExists(f"{key} is taken") from None
    except OSError as error:
        raise StorageError(f"{key}: {error.strerror}") from error


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _chunk(file: BinaryIO, start: int, stop: int | None) -> bytes:
    wanted = CHUNK_BYTES if stop is None else min(CHUNK_BYTES, stop - start)
    return os.pread(file.fileno(), wanted, start) if wanted > 0 else b""


def _described(key: str, facts: os.stat_result) -> StoredObject:
    if not stat.S_ISREG(facts.st_mode):
        raise ObjectNotFound(f"{key} is not there")
    modified_at = datetime.fromtimestamp(facts.st_mtime, UTC)
    return StoredObject(key=key, size_bytes=facts.st_size, modified_at=modified_at)


def _place_in_order(entry: "os.DirEntry[str]") -> str:
    """Keys are ordered as whole strings: `a-b` before `a/b` before `a0`."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
