"""Every store that must keep the promise of `ObjectStore`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from frameflow.storage import ObjectStore
from frameflow.storage.filesystem import FilesystemStore
from frameflow.storage.memory import MemoryStore
from frameflow.storage.s3 import S3Store
from tests.s3_server import S3Server, s3_server


@pytest.fixture(scope="package")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def bucket_options(server: S3Server) -> dict[str, Any]:
    """A place of its own in the bucket, for each test."""
    return server.options(prefix=f"{uuid4().hex}/")


@pytest.fixture(params=["filesystem", "memory", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "filesystem":
        return FilesystemStore(root=str(tmp_path / "objects"))
    if request.param == "memory":
        return MemoryStore()
    return S3Store(**request.getfixturevalue("bucket_options"))
