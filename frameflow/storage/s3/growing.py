"""One object that grows in the bucket over several processes.

Whole parts go into an upload in parts of S3. What is less than a part lies beside it, in an object
of its own, until it makes one: so every saved byte is in the bucket. Where a byte belongs follows
from its place alone, for all parts but the last are of one size.

A writer that was only asleep may still write: so the name of a rest tells its length, and a short
one never takes the place of a longer one. Which upload in parts counts, the first writer that began
one has written beside it.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from frameflow.storage.exceptions import ObjectExists, ObjectNotFound, StorageError
from frameflow.storage.s3.bucket import Bucket, refusals
from frameflow.storage.s3.writing import ObjectUpload

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

#: The least that S3 takes, so that little is lost.
PART_BYTES = 5 * 1024 * 1024
MOST_PARTS = 10_000  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
HIDDEN = "."  # no key begins with a dot
RESTS = ".rests/"
ID = "upload"
TYPE = "application/octet-stream"


class GrowingParts:
    """Goes on behind the first `at` bytes; holds less than a part in memory."""

    def __init__(self, bucket: Bucket, key: str, at: int) -> None:
        self._bucket, self._key = bucket, key
        self._whole_parts, rest_bytes = divmod(at, PART_BYTES)
        self._upload_id = upload_of(bucket, key)
        if self._whole_parts and not self._upload_id:
            raise ObjectNotFound(f"{at} bytes of {key} are not there")
        self._held = bytearray(rest_of(bucket, key, self._whole_parts, rest_bytes))
        self._rests = {at} if rest_bytes else set()
        self.saved_bytes = at

    def write(self, data: bytes, /) -> object:
        self._held += data
        while len(self._held) >= PART_BYTES:
            self._send_part(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]
        return len(data)

    def save(self) -> None:
        written_bytes = self._whole_parts * PART_BYTES + len(self._held)
        if written_bytes == self.saved_bytes:
            return
        with refusals(self._key):
            self._bucket.client.put_object(
                Bucket=self._bucket.name,
                Key=_rest_key(self._bucket, self._key, self._whole_parts, len(self._held)),
                Body=bytes(self._held),
                ContentType=TYPE,
            )
        self._rests.add(written_bytes)
        self.saved_bytes = written_bytes

    def settle(self) -> None:
        for end in sorted(self._rests - {self.saved_bytes}):
            with suppress(StorageError), refusals(self._key):  # `finish` removes it too
                name = _rest_key(self._bucket, self._key, *divmod(end, PART_BYTES))
                self._bucket.client.delete_object(Bucket=self._bucket.name, Key=name)
            self._rests.discard(end)

    def _send_part(self, data: bytes) -> None:
        if not self._upload_id:
            self._upload_id = _begun(self._bucket, self._key)
        send_part(self._bucket, self._key, self._upload_id, self._whole_parts + 1, data)
        self._whole_parts += 1
        self.saved_bytes = self._whole_parts * PART_BYTES


def finish(bucket: Bucket, key: str, size_bytes: int) -> None:
    """Make what has grown one object; `ObjectNotFound` where not all of it is there."""
    whole_parts, rest_bytes = divmod(size_bytes, PART_BYTES)
    rest = rest_of(bucket, key, whole_parts, rest_bytes)
    if whole_parts == 0:
        upload = ObjectUpload(bucket, key)
        upload.write(rest)
        upload.finish()
        return
    upload_id = upload_of(bucket, key)
    if not upload_id:
        raise ObjectNotFound(f"{size_bytes} bytes of {key} are not there")
    if rest:
        send_part(bucket, key, upload_id, whole_parts + 1, rest)
    _complete(bucket, key, upload_id, size_bytes)


def discard(bucket: Bucket, key: str) -> None:
    """Remove every trace of what has grown."""
    with refusals(key):
        for upload_id in _uploads_of(bucket, key):
            bucket.client.abort_multipart_upload(**_target(bucket, key), UploadId=upload_id)
    forget_rests(bucket, key)


def forget_rests(bucket: Bucket, key: str) -> None:
    """Remove what lies beside an upload in parts."""
    pages = bucket.client.get_paginator("list_objects_v2")
    with refusals(key):
        for page in pages.paginate(Bucket=bucket.name, Prefix=_beside(bucket, key)):
            for each in page.get("Contents", []):
                bucket.client.delete_object(Bucket=bucket.name, Key=each["Key"])


def upload_of(bucket: Bucket, key: str) -> str:
    """Return the id of the upload in parts that counts; empty where there is none."""
    try:
        with refusals(key):
            answer = bucket.client.get_object(Bucket=bucket.name, Key=_id_key(bucket, key))
            return answer["Body"].read().decode()
    except ObjectNotFound:
        return ""


def rest_of(bucket: Bucket, key: str, part: int, rest_bytes: int) -> bytes:
    """Return so many first bytes of a part that is not whole, from the shortest rest that has
    them; `ObjectNotFound`."""
    if rest_bytes == 0:
        return b""
    least = _rest_key(bucket, key, part, rest_bytes)
    pages = bucket.client.get_paginator("list_objects_v2")
    with refusals(key):
        listed = pages.paginate(Bucket=bucket.name, Prefix=_rest_key(bucket, key, part))
        names = [each["Key"] for page in listed for each in page.get("Contents", [])]
        name = min((name for name in names if name >= least), default=least)
        answer = bucket.client.get_object(Bucket=bucket.name, Key=name)
        rest: bytes = answer["Body"].read()
    return rest[:rest_bytes]


def send_part(bucket: Bucket, key: str, upload_id: str, number: int, data: bytes) -> None:
    """Send a part; one of the same number is replaced."""
    with refusals(key):
        bucket.client.upload_part(
            **_target(bucket, key), UploadId=upload_id, PartNumber=number, Body=data
        )


def _begun(bucket: Bucket, key: str) -> str:
    """Begin an upload in parts; where another did so meanwhile, end ours and return its id."""
    with refusals(key):
        answer = bucket.client.create_multipart_upload(**_target(bucket, key), ContentType=TYPE)
    mine, noted = answer["UploadId"], _id_key(bucket, key)
    with suppress(ObjectExists), refusals(key):
        bucket.client.put_object(
            Bucket=bucket.name, Key=noted, Body=mine.encode(), ContentType=TYPE, IfNoneMatch="*"
        )
    counts = upload_of(bucket, key)
    if counts != mine:
        with refusals(key):
            bucket.client.abort_multipart_upload(**_target(bucket, key), UploadId=mine)
    return counts


def _complete(bucket: Bucket, key: str, upload_id: str, size_bytes: int) -> None:
    parts = _parts(bucket, key, upload_id, last=-(-size_bytes // PART_BYTES))
    if sum(part["Size"] for part in parts) != size_bytes:
        raise ObjectNotFound(f"{size_bytes} bytes of {key} are not there")
    chosen: list[CompletedPartTypeDef] = [
        {"ETag": part["ETag"], "PartNumber": part["PartNumber"]} for part in parts
    ]
    with refusals(key):
        bucket.client.complete_multipart_upload(
            **_target(bucket, key),
            UploadId=upload_id,
            MultipartUpload={"Parts": chosen},
            IfNoneMatch="*",
        )


def _parts(bucket: Bucket, key: str, upload_id: str, last: int) -> list[Any]:
    """Return the parts up to the last one; a writer that was cut may have sent more."""
    pages = bucket.client.get_paginator("list_parts")
    with refusals(key):
        found = [
            part
            for page in pages.paginate(**_target(bucket, key), UploadId=upload_id)
            for part in page.get("Parts", [])
        ]
    return [part for part in found if part["PartNumber"] <= last]


def _uploads_of(bucket: Bucket, key: str) -> Iterator[str]:
    """Yield the uploads in parts of a key."""
    full = bucket.full(key)
    pages = bucket.client.get_paginator("list_multipart_uploads")
    for page in pages.paginate(Bucket=bucket.name, Prefix=full):
        for each in page.get("Uploads", []):
            if each["Key"] == full:
                yield each["UploadId"]


def _target(bucket: Bucket, key: str) -> dict[str, Any]:
    return {"Bucket": bucket.name, "Key": bucket.full(key)}


def _beside(bucket: Bucket, key: str) -> str:
    """Return what all names begin with that lie beside an upload in parts."""
    return bucket.full(f"{RESTS}{key}/")


def _id_key(bucket: Bucket, key: str) -> str:
    return _beside(bucket, key) + ID


def _rest_key(bucket: Bucket, key: str, part: int, rest_bytes: int | None = None) -> str:
    """Return where a rest behind so many whole parts lies; without a length, how all begin."""
    length = "" if rest_bytes is None else f"{rest_bytes:07d}"
    return f"{_beside(bucket, key)}{part:05d}-{length}"
