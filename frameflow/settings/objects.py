"""Where objects lie: in a folder, or in a bucket where one is named."""

import re
from pathlib import Path
from typing import Any

from frameflow.variables import objects, stop

_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")  # Amazon's rules for names
_PREFIX = re.compile(r"(?:[0-9a-z_-][0-9a-z._-]*/)*")
MAX_PREFIX_LENGTH = 512  # S3 takes keys of 1024; ours have up to 512
_REGION = re.compile(r"[A-Za-z0-9-]{0,63}")


def object_store(data_dir: Path) -> dict[str, Any]:
    """Return OBJECT_STORE."""
    if objects.S3_BUCKET.read():
        return {"BACKEND": "frameflow.storage.s3.S3Store", "OPTIONS": _bucket()}
    return {
        "BACKEND": "frameflow.storage.filesystem.FilesystemStore",
        "OPTIONS": {"root": str(data_dir / "objects")},
    }


def _bucket() -> dict[str, str]:
    name, prefix = objects.S3_BUCKET.read(), objects.S3_PREFIX.read()
    region = objects.AWS_REGION.read()
    if not _BUCKET.fullmatch(name):
        stop("S3_BUCKET must be the name of a bucket: 3 to 63 of a-z 0-9 . -")
    if not _PREFIX.fullmatch(prefix) or len(prefix) > MAX_PREFIX_LENGTH:
        stop("S3_PREFIX must be empty or end with /, at most 512 of a-z 0-9 . _ - and /.")
    if not _REGION.fullmatch(region):
        stop("AWS_REGION must be the name of a region, such as eu-west-1.")
    return {
        "name": name,
        "prefix": prefix,
        "endpoint_url": objects.S3_ENDPOINT_URL.read(),
        "public_endpoint_url": objects.S3_PUBLIC_ENDPOINT_URL.read(),
        "addressing_style": objects.S3_ADDRESSING_STYLE.read(),
        "region": region,
        "access_key_id": objects.AWS_ACCESS_KEY_ID.read(),
        "secret_access_key": objects.AWS_SECRET_ACCESS_KEY.read(),
        "session_token": objects.AWS_SESSION_TOKEN.read(),
    }
