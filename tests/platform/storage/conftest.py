"""Every store that must keep the promise of `ObjectStore`."""

from pathlib import Path

import pytest

from frameflow.storage import ObjectStore
from frameflow.storage.filesystem import FilesystemStore
from frameflow.storage.memory import MemoryStore


@pytest.fixture(params=["filesystem", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "filesystem":
        return FilesystemStore(root=str(tmp_path / "objects"))
    return MemoryStore()
