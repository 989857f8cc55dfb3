"""Uploads in parts that nobody goes on with: S3 keeps them, unseen and paid for, for ever."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from frameflow.storage.exceptions import ObjectNotFound
from frameflow.storage.s3.bucket import Bucket, refusals


def abort_uploads(bucket: Bucket, before: datetime, *, dry_run: bool = False) -> int:
    """Abort the uploads that received nothing since a moment; return how many.

    One that ended meanwhile is no error. `dry_run`: only count them.
    """
    return sum(
        dry_run or _aborted(bucket, *upload)
        for upload in list(_begun_before(bucket, before))
        if _is_idle(bucket, *upload, before)
    )


def _begun_before(bucket: Bucket, before: datetime) -> Iterator[tuple[str, str]]:
    pages = bucket.client.get_paginator("list_multipart_uploads")
    with refusals("uploads"):
        for page in pages.paginate(Bucket=bucket.name, Prefix=bucket.prefix):
            for upload in page.get("Uploads", []):
                if upload["Initiated"] <= before:
                    yield upload["Key"], upload["UploadId"]


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
