"""The largest video fits into the largest object."""

from typing import Any

import pytest

from frameflow.operations.checks import check_sizes

BUCKET = {
    "BACKEND": "frameflow.storage.s3.S3Store",
    "OPTIONS": {"name": "frames", "endpoint_url": "http://127.0.0.1:1"},
}
LARGEST_IN_A_BUCKET = 52_428_800_000


@pytest.mark.parametrize("more_bytes", [0, 1])
def test_a_video_is_not_larger_than_an_object_of_a_bucket(settings: Any, more_bytes: int) -> None:
    settings.OBJECT_STORE = BUCKET
    settings.MAX_UPLOAD_BYTES = LARGEST_IN_A_BUCKET + more_bytes
    assert [each.id for each in check_sizes(None)] == ["storage.E001"] * more_bytes


def test_files_may_be_as_large_as_the_disk(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10**15
    assert check_sizes(None) == []
