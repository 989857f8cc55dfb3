"""Uploads in parts that nobody goes on with: S3 keeps them, unseen and paid for, for ever."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from frameflow.storage.exceptions import ObjectNotFound
from frameflow.storage.s3.bucket import Bucket, refusals
from frameflow.storage.s3.growing import RESTS


def abort_uploads(bucket: Bucket, before: datetime, *, dry_run: bool = False) -> int:
    """Abort the uploads that received nothing since a moment; return how many.

    One that ended meanwhile is no error. The rests beside them (`growing`) count as theirs.
    `dry_run`: only count them.
    """
    rests = _rests(bucket)
    fresh = {key for key, found in rests.items() if any(each[1] > before for each in found)}
    open_uploads = list(_open(bucket))
    idle = [
        (key, upload_id)
        for key, upload_id, begun_at in open_uploads
        if begun_at <= before and key not in fresh and _is_idle(bucket, key, upload_id, before)
    ]
    alive = {key for key, upload_id, _at in open_uploads if (key, upload_id) not in idle}
    alone = rests.keys() - fresh - alive
    count = len(alone - {key for key, _id in idle})
    if not dry_run:
        _remove(bucket, [name for key in alone for name, _at in rests[key]])
    return count + sum(dry_run or _aborted(bucket, *upload) for upload in idle)


def _open(bucket: Bucket) -> Iterator[tuple[str, str, datetime]]:
    pages = bucket.client.get_paginator("list_multipart_uploads")
    with refusals("uploads"):
        for page in pages.paginate(Bucket=bucket.name, Prefix=bucket.prefix):
            for upload in page.get("Uploads", []):
                yield upload["Key"], upload["UploadId"], upload["Initiated"]


def _rests(bucket: Bucket) -> dict[str, list[tuple[str, datetime]]]:
    """Return the rests and since when they lie there, by the full key of what they belong to."""
    found: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
    pages = bucket.client.get_paginator("list_objects_v2")
    with refusals("uploads"):
        for page in pages.paginate(Bucket=bucket.name, Prefix=bucket.full(RESTS)):
            for each in page.get("Contents", []):
                key = bucket.own(each["Key"]).removeprefix(RESTS).rpartition("/")[0]
                found[bucket.full(key)].append((each["Key"], each["LastModified"]))
    return found


def _remove(bucket: Bucket, full_keys: list[str]) -> None:
    with refusals("uploads"):
        for full_key in full_keys:
            bucket.client.delete_object(Bucket=bucket.name, Key=full_key)


def _is_idle(bucket: Bucket, full_key: str, upload_id: str, before: datetime) -> bool:
    pages = bucket.client.get_paginator("list_parts")
    asked: dict[str, Any] = {"Bucket": bucket.name, "Key": full_key, "UploadId": upload_id}
    try:
        with refusals(full_key):
            parts = [part for page in pages.paginate(**asked) for part in page.get("Parts", [])]
    except ObjectNotFound:
        return False
    return all(part["LastModified"] <= before for part in parts)


def _aborted(bucket: Bucket, full_key: str, upload_id: str) -> bool:
    try:
        with refusals(full_key):
            bucket.client.abort_multipart_upload(
                Bucket=bucket.name, Key=full_key, UploadId=upload_id
            )
    except ObjectNotFound:
        return False
    return True
