"""What only the filesystem store has to prove."""

import asyncio
import os
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from frameflow.storage import ObjectStore, StorageError
from frameflow.storage.base import CHUNK_BYTES
from frameflow.storage.filesystem import INCOMING, FilesystemStore

DIES_WHILE_WRITING = """
import os, sys
from frameflow.storage.filesystem import FilesystemStore
with FilesystemStore(root=sys.argv[1]).writer("never") as writer:
    writer.write(b"x" * 1_000_000)
    os._exit(9)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def disk(root: Path) -> ObjectStore:
    return FilesystemStore(root=str(root))


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


def test_what_a_dead_process_left_is_removed(disk: ObjectStore, root: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", DIES_WHILE_WRITING, str(root)], check=False)
    assert dead.returncode == 9
    assert list(disk.list("")) == []
    assert len(list((root / INCOMING).iterdir())) == 1
    assert disk.abort_stale_writes(older_than_s=3600) == 0
    assert disk.abort_stale_writes(older_than_s=-1) == 1
    assert list((root / INCOMING).iterdir()) == []


def test_a_write_given_up_as_stale_fails_at_its_end(disk: ObjectStore) -> None:
    def pause_too_long() -> None:
        with disk.writer("slow") as writer:
            writer.write(b"1")
            disk.abort_stale_writes(older_than_s=-1)

    with pytest.raises(StorageError) as caught:
        pause_too_long()
    assert caught.value.retryable
    assert list(disk.list("")) == []


def test_empty_folders_go_with_their_last_object(disk: ObjectStore, root: Path) -> None:
    disk.put("a/b/c/1", b"")
    disk.put("a/2", b"")
    disk.delete("a/b/c/1")
    assert not (root / "a/b").exists()
    assert (root / "a/2").exists()


def test_an_error_of_the_disk_is_a_storage_error_that_may_pass(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    broken = FilesystemStore(root=str(tmp_path / "file" / "below"))
    with pytest.raises(StorageError):
        broken.check()
    nowhere = FilesystemStore(root="/dev/null")
    with pytest.raises(StorageError):
        nowhere.put("a", b"1")


def test_a_full_disk_is_a_storage_error_and_leaves_nothing(
    disk: ObjectStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left") as caught:
        disk.put("a", b"1")
    assert caught.value.retryable
    assert list((root / INCOMING).iterdir()) == []
    assert list(disk.list("")) == []


def test_a_reader_that_stops_early_closes_its_file(disk: ObjectStore) -> None:
    async def stop_after_one() -> None:
        async with aclosing(disk.aread("large")) as chunks:  # type: ignore[type-var]
            await anext(chunks)
            assert open_files() > before

    disk.put("large", b"x" * (3 * CHUNK_BYTES))
    asyncio.run(asyncio.sleep(0))
    before = open_files()
    asyncio.run(stop_after_one())
    assert open_files() == before


def test_an_object_that_is_deleted_while_it_is_read_is_read_to_its_end(disk: ObjectStore) -> None:
    disk.put("large", b"x" * (3 * CHUNK_BYTES))
    chunks = disk.read("large")
    next(chunks)
    disk.delete("large")
    assert sum(map(len, chunks)) == 2 * CHUNK_BYTES


def test_a_folder_removed_just_before_the_publish_is_made_again(
    disk: ObjectStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, removed = os.link, []

    def link_after_a_delete(source: Path, target: Path) -> None:
        if not removed:
            target.parent.rmdir()  # what a concurrent delete of the last object does
            removed.append(target.parent)
        link(source, target)

    monkeypatch.setattr(os, "link", link_after_a_delete)
    disk.put("a/b/c", b"1")
    assert removed == [root / "a/b"]
    assert disk.stat("a/b/c").size_bytes == 1
