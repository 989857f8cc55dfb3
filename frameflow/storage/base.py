"""What every object store promises; `tests/platform/storage` holds each of them to it."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import BinaryIO, Protocol
from uuid import uuid4

from frameflow.storage.exceptions import InvalidKey, StorageError

CHUNK_BYTES = 256 * 1024
MAX_KEY_LENGTH = 512

# No part begins with a dot: that shuts out `..` and leaves such names to the stores themselves.
_PART = r"[0-9a-z_-][0-9a-z._-]*"
_KEY = re.compile(rf"{_PART}(?:/{_PART})*")
_PREFIX = re.compile(rf"(?:{_PART}/)*(?:{_PART})?")


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """A whole object. `modified_at` is an aware UTC datetime."""

    key: str
    size_bytes: int
    modified_at: datetime


class ObjectWriter(Protocol):
    """Takes the bytes of one object, in order."""

    def write(self, data: bytes, /) -> object: ...


class GrowingObject(Protocol):
    """An object that arrives in pieces. Its first `saved_bytes` outlive this process.

    Where saving is cheap it happens on the way; `save` does it for all that was written.
    """

    saved_bytes: int

    def write(self, data: bytes, /) -> object: ...

    def save(self) -> None: ...

    def settle(self) -> None:
        """Let go of what was kept to go on from an earlier place: the sender was told of this."""


class ObjectStore(ABC):
    """Whole, immutable objects under relative keys. Every method may raise `StorageError`.

    A key is never also a folder of another key: where `a/b` is, `a` cannot be.
    """

    #: What an object that grows may come to have.
    largest_bytes: float = inf

    @abstractmethod
    def writer(self, key: str) -> AbstractContextManager[ObjectWriter]:
        """Write one object, which is visible and durable only after a clean exit.

        An exception leaves nothing behind. `ObjectExists` where the key is taken: at once, or at
        the exit when another writer was faster.
        """

    @abstractmethod
    def grow(self, key: str, at: int) -> AbstractContextManager[GrowingObject]:
        """Go on with an object behind its first `at` bytes, which were saved; 0 begins one.

        `at` may be any moment from before the last piece on: what was saved beyond it is written
        anew. `ObjectNotFound` where so much of it is not there. Nothing is visible under the key
        before `finish`. Two that write the same bytes at once do each other no harm.
        """

    @abstractmethod
    def finish(self, key: str, size_bytes: int) -> None:
        """Make a grown object of so many saved bytes visible; may be repeated.

        `ObjectNotFound` where so much of it is not there, `ObjectDamaged` where the object has
        another size.
        """

    @abstractmethod
    def discard(self, key: str) -> None:
        """Remove what has grown and is not finished; nothing there is no error."""

    def put(self, key: str, data: bytes) -> None:
        """Write a small object in one go; `ObjectExists` where the key is taken."""
        with self.writer(key) as writer:
            writer.write(data)

    @abstractmethod
    def stat(self, key: str) -> StoredObject:
        """Return what is known of an object; `ObjectNotFound` where there is none."""

    @abstractmethod
    def read(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `stop`, at most 256 KiB at a time.

        `ObjectNotFound` comes with the first chunk.
        """

    @abstractmethod
    def aread(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Do as `read`, holding neither a thread nor the event loop between two chunks."""

    @abstractmethod
    def local_file(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Open an object as a seekable file with a real descriptor, a copy of it if need be.

        `ObjectNotFound`.
        """

    def in_place(self, key: str) -> AbstractContextManager[BinaryIO | None]:
        """Open an object as `local_file` does where that needs no copy; else give None."""
        return nullcontext()

    @abstractmethod
    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose key begins with `prefix`, in the order of their keys."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""

    def is_empty(self, prefix: str = "") -> bool:
        """Return whether no key begins with `prefix`."""
        return next(self.list(prefix), None) is None

    def delete_prefix(self, prefix: str) -> int:
        """Remove all objects whose key begins with a prefix (not empty); return how many."""
        if not prefix:
            raise InvalidKey("an empty prefix would remove everything")
        count = 0
        for count, found in enumerate(self.list(prefix), start=1):  # noqa: B007
            self.delete(found.key)
        return count

    @abstractmethod
    def abort_stale_writes(self, older_than_s: float, *, dry_run: bool = False) -> int:
        """Remove unfinished writes, grown ones too, that received nothing for so long; return how
        many. `dry_run`: only count them.
        """

    def link(self, key: str, *, disposition: str, content_type: str) -> str | None:
        """Return an address from which a browser can fetch an object for some minutes.

        The answer there carries these two headers. None where there are no such addresses, or
        where the last try showed that they do not open.
        """
        return None

    def links_open(self) -> bool | None:
        """Try out now whether links open; None where there are none."""
        return None

    def check(self) -> None:
        """Write, read and remove a small object; `StorageError` when that cannot be done."""
        key = f"checks/{uuid4().hex}"
        self.put(key, b"ok")
        try:
            if b"".join(self.read(key)) != b"ok":
                raise StorageError("the store returned other bytes than it was given")
        finally:
            self.delete(key)


def check_key(key: str) -> str:
    """Return a key that is well formed; else `InvalidKey`."""
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise InvalidKey(f"{key[:MAX_KEY_LENGTH]!r} is not a key")
    return key


def check_prefix(prefix: str) -> str:
    """Return the beginning of a key, or the empty string; else `InvalidKey`."""
    if len(prefix) > MAX_KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise InvalidKey(f"{prefix[:MAX_KEY_LENGTH]!r} is not the beginning of a key")
    return prefix
