"""One object on its way into the bucket: whole under its key, or not there at all."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from frameflow.storage.exceptions import StorageError
from frameflow.storage.s3.bucket import Bucket, refusals

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

#: S3 takes parts of 5 MiB or more, 10,000 at most: objects up to 80 GB, 8 MiB in memory.
PART_BYTES = 8 * 1024 * 1024
ONLY_IF_NEW = "*"
WRITER = "writer"


class ObjectUpload:
    """Collects the bytes of an object; a small one leaves in one request, a large one in parts.

    The bucket itself refuses a key that is taken (`If-None-Match`), whoever was faster. An answer
    may be lost on its way, and the SDK then asks again: each object carries who wrote it, so that
    nobody is refused because of an object of his own.
    """

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket, self._key = bucket, key
        self._target: dict[str, Any] = {"Bucket": bucket.name, "Key": bucket.full(key)}
        self._writer = uuid4().hex
        self._new: dict[str, Any] = {
            **self._target,
            "ContentType": "application/octet-stream",  # some servers drop the body without
            "Metadata": {WRITER: self._writer},
        }
        self._held = bytearray()
        self._sent_bytes = 0
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, data: bytes, /) -> object:
        """Take bytes; each full part is sent at once."""
        self._held += data
        while len(self._held) >= PART_BYTES:
            self._send_part(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]
        return len(data)

    def finish(self) -> None:
        """Make the object visible; `ObjectExists` where the key is taken."""
        try:
            with refusals(self._key):
                if self._upload_id:
                    self._complete()
                else:
                    self._put()
        except StorageError:
            if not self._is_there():
                raise
        with refusals(self._key):
            self._compare_size()

    def abandon(self) -> None:
        """Leave nothing behind; what cannot be removed now is swept up later."""
        if self._upload_id:
            with suppress(StorageError), refusals(self._key):
                self._bucket.client.abort_multipart_upload(**self._target, UploadId=self._upload_id)

    def _send_part(self, data: bytes) -> None:
        with refusals(self._key):
            if not self._upload_id:
                answer = self._bucket.client.create_multipart_upload(**self._new)
                self._upload_id = answer["UploadId"]
            number = len(self._parts) + 1
            part = self._bucket.client.upload_part(
                **self._target, UploadId=self._upload_id, PartNumber=number, Body=data
            )
        self._parts.append({"ETag": part["ETag"], "PartNumber": number})
        self._sent_bytes += len(data)

    def _put(self) -> None:
        self._sent_bytes = len(self._held)
        self._bucket.client.put_object(**self._new, Body=bytes(self._held), IfNoneMatch=ONLY_IF_NEW)

    def _complete(self) -> None:
        if self._held:
            self._send_part(bytes(self._held))
        self._bucket.client.complete_multipart_upload(
            **self._target,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": self._parts},
            IfNoneMatch=ONLY_IF_NEW,
        )
        self._upload_id = ""

    def _is_there(self) -> bool:
        """Return whether the object under the key is this one, whatever we were told."""
        with suppress(StorageError), refusals(self._key):
            head = self._bucket.client.head_object(**self._target)
            return head["Metadata"].get(WRITER) == self._writer
        return False

    def _compare_size(self) -> None:
        stored_bytes = self._bucket.client.head_object(**self._target)["ContentLength"]
        if stored_bytes != self._sent_bytes:
            self._bucket.client.delete_object(**self._target)
            raise StorageError(f"{self._key}: {stored_bytes} bytes, not {self._sent_bytes}")
