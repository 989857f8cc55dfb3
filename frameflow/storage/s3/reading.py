"""The bytes of one object, from a place on; a connection that breaks is opened anew there."""

from typing import TYPE_CHECKING

from frameflow.storage.exceptions import StorageError
from frameflow.storage.s3.bucket import Bucket, PastTheEnd, refusals

if TYPE_CHECKING:
    from botocore.response import StreamingBody

TRIES = 3


class ObjectReader:
    """Reads forward. Between two chunks it holds a connection, no thread."""

    def __init__(self, bucket: Bucket, key: str, start: int, stop: int | None) -> None:
        self._bucket, self._key = bucket, key
        self._has_begun = False
        self._at, self._stop = start, stop
        self._body: StreamingBody | None = None

    def chunk(self, size_bytes: int) -> bytes:
        """Return up to so many bytes, empty at the end; `ObjectNotFound`, `StorageError`.

        A server may give up a connection that a slow client keeps waiting.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._next(size_bytes)
            except PastTheEnd:
                return b""
            except StorageError as error:
                self.close()
                if attempt == TRIES or not error.retryable or not self._has_begun:
                    raise
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Give the connection back."""
        if self._body is not None:
            self._body.close()
            self._body = None

    def _next(self, size_bytes: int) -> bytes:
        with refusals(self._key):
            body = self._body = self._body or self._opened()
            data: bytes = body.read(size_bytes)
        if not data and self._stop is not None and self._at < self._stop:
            raise StorageError(f"{self._key}: the bytes end too early")
        self._at += len(data)
        self._has_begun = True
        return data

    def _opened(self) -> "StreamingBody":
        last = "" if self._stop is None else str(self._stop - 1)
        answer = self._bucket.client.get_object(
            Bucket=self._bucket.name,
            Key=self._bucket.full(self._key),
            Range=f"bytes={self._at}-{last}",
        )
        self._stop = self._at + answer["ContentLength"]
        return answer["Body"]
