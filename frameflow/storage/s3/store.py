"""The object store in a bucket."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from frameflow.storage.base import (
    CHUNK_BYTES,
    GrowingObject,
    ObjectStore,
    ObjectWriter,
    StoredObject,
    check_key,
    check_prefix,
)
from frameflow.storage.exceptions import (
    InvalidKey,
    ObjectDamaged,
    ObjectExists,
    ObjectNotFound,
    StorageError,
)
from frameflow.storage.s3 import growing, sweeping
from frameflow.storage.s3.bucket import Bucket, refusals
from frameflow.storage.s3.links import Links
from frameflow.storage.s3.reading import ObjectReader
from frameflow.storage.s3.writing import ObjectUpload

ASYNC_CHUNK_BYTES = 64 * 1024  # what each of very many slow readers holds
DELETE_AT_ONCE = 1000  # what S3 takes in one request


class S3Store(ObjectStore):
    """Writes become visible whole, and never take the place of another object.

    `public_endpoint_url` is where people reach the bucket; without it there are no links.
    The other arguments are those of `Bucket`.
    """

    largest_bytes = growing.MOST_PARTS * growing.PART_BYTES

    def __init__(self, *, public_endpoint_url: str = "", **bucket: Any) -> None:
        self._bucket = Bucket(**bucket)
        self._links = (
            Links(self._bucket, self, public_endpoint_url) if public_endpoint_url else None
        )

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        upload = ObjectUpload(self._bucket, check_key(key))
        if self._is_taken(key):
            raise ObjectExists(f"{key} is taken")
        try:
            yield upload
            upload.finish()
        except BaseException:
            upload.abandon()
            raise

    @contextmanager
    def grow(self, key: str, at: int) -> Iterator[GrowingObject]:
        yield growing.GrowingParts(self._bucket, check_key(key), at)

    def finish(self, key: str, size_bytes: int) -> None:
        try:
            growing.finish(self._bucket, check_key(key), size_bytes)
        except StorageError:  # finished before, or the answer was lost
            if not self._is_taken(key):
                raise
        if self.stat(key).size_bytes != size_bytes:
            raise ObjectDamaged(f"{key} is not what has grown")
        growing.forget_rests(self._bucket, key)

    def discard(self, key: str) -> None:
        growing.discard(self._bucket, check_key(key))

    def stat(self, key: str) -> StoredObject:
        try:
            return self._described(check_key(key))
        except ObjectNotFound:
            self._bucket.require()  # HEAD cannot say that it was the bucket that is missing
            raise

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        if stop is not None and stop <= start:
            self.stat(key)
            return
        reader = ObjectReader(self._bucket, check_key(key), start, stop)
        try:
            while chunk := reader.chunk(CHUNK_BYTES):
                yield chunk
        finally:
            reader.close()

    async def aread(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        if stop is not None and stop <= start:
            await asyncio.to_thread(self.stat, key)
            return
        reader = ObjectReader(self._bucket, check_key(key), start, stop)
        try:
            while chunk := await asyncio.to_thread(reader.chunk, ASYNC_CHUNK_BYTES):
                yield chunk
        finally:
            reader.close()

    @contextmanager
    def local_file(self, key: str) -> Iterator[BinaryIO]:
        """Copies the object into a file without a name, which goes with its last descriptor."""
        with tempfile.TemporaryFile() as file:
            for chunk in self.read(key):
                file.write(chunk)
            file.seek(0)
            yield file

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Servers beside Amazon's list in orders of their own, so the keys are sorted here."""
        yield from sorted(self._listed(prefix), key=lambda each: each.key)

    def is_empty(self, prefix: str = "") -> bool:
        return next(self._listed(prefix), None) is None

    def delete(self, key: str) -> None:
        with refusals(check_key(key)):
            self._bucket.client.delete_object(Bucket=self._bucket.name, Key=self._bucket.full(key))

    def delete_prefix(self, prefix: str) -> int:
        if not prefix:
            raise InvalidKey("an empty prefix would remove everything")
        keys = [found.key for found in self.list(prefix)]
        for at in range(0, len(keys), DELETE_AT_ONCE):
            self._delete(keys[at : at + DELETE_AT_ONCE])
        return len(keys)

    def _delete(self, keys: Sequence[str]) -> None:
        doomed: Any = [{"Key": self._bucket.full(key)} for key in keys]
        with refusals(keys[0]):
            answer = self._bucket.client.delete_objects(
                Bucket=self._bucket.name, Delete={"Objects": doomed, "Quiet": True}
            )
        if errors := answer.get("Errors"):
            raise StorageError(f"{len(errors)} objects were not removed: {errors[0].get('Code')}")

    def abort_stale_writes(self, older_than_s: float, *, dry_run: bool = False) -> int:
        before = datetime.now(UTC) - timedelta(seconds=older_than_s)
        return sweeping.abort_uploads(self._bucket, before, dry_run=dry_run)

    def link(self, key: str, *, disposition: str, content_type: str) -> str | None:
        if self._links is None or not self._links.are_open():
            return None
        return self._links.signed(key, disposition=disposition, content_type=content_type)

    def links_open(self) -> bool | None:
        return None if self._links is None else self._links.try_out()

    def _is_taken(self, key: str) -> bool:
        try:
            self._described(key)
        except ObjectNotFound:
            return False
        return True

    def _described(self, key: str) -> StoredObject:
        with refusals(key):
            head = self._bucket.client.head_object(
                Bucket=self._bucket.name, Key=self._bucket.full(key)
            )
        return StoredObject(
            key=key, size_bytes=head["ContentLength"], modified_at=head["LastModified"]
        )

    def _listed(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects below a prefix; what is not whole yet is hidden."""
        pages = self._bucket.client.get_paginator("list_objects_v2")
        full = self._bucket.full(check_prefix(prefix))
        with refusals(prefix):
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=full):
                for entry in page.get("Contents", []):
                    key = self._bucket.own(entry["Key"])
                    if not key.startswith(growing.HIDDEN):
                        yield StoredObject(
                            key=key, size_bytes=entry["Size"], modified_at=entry["LastModified"]
                        )
