"""What every object store promises."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from frameflow.storage import InvalidKey, ObjectExists, ObjectNotFound, ObjectStore
from frameflow.storage.base import CHUNK_BYTES

BAD_KEYS = [
    "", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/./b", ".incoming/a", "a/.b", "A", "a b",
    "a\\b", "a\n", "ä", "a\0b", "a" * 513,
]  # fmt: skip


def test_what_was_put_is_read_back(objects: ObjectStore) -> None:
    objects.put("a/b/c.jpg", b"picture")
    assert b"".join(objects.read("a/b/c.jpg")) == b"picture"
    found = objects.stat("a/b/c.jpg")
    assert (found.key, found.size_bytes) == ("a/b/c.jpg", 7)
    assert abs(datetime.now(UTC) - found.modified_at) < timedelta(minutes=1)


def test_an_empty_object_is_an_object(objects: ObjectStore) -> None:
    objects.put("empty", b"")
    assert objects.stat("empty").size_bytes == 0
    assert b"".join(objects.read("empty")) == b""


def test_large_objects_travel_in_small_chunks(objects: ObjectStore) -> None:
    data = os.urandom(2 * CHUNK_BYTES + 17)
    with objects.writer("large") as writer:
        for offset in range(0, len(data), 100_000):
            writer.write(data[offset : offset + 100_000])
    chunks = list(objects.read("large"))
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) <= CHUNK_BYTES


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [(0, 3, b"012"), (2, None, b"23456789"), (9, 10, b"9"), (4, 4, b""), (10, None, b""),
     (20, 30, b""), (8, 99, b"89")],
)  # fmt: skip
def test_a_part_can_be_read_in_both_ways(
    objects: ObjectStore, start: int, stop: int | None, expected: bytes
) -> None:
    async def collect() -> bytes:
        return b"".join([chunk async for chunk in objects.aread("digits", start, stop)])

    objects.put("digits", b"0123456789")
    assert b"".join(objects.read("digits", start, stop)) == expected
    assert asyncio.run(collect()) == expected


def test_an_asynchronous_reader_may_stop_early(objects: ObjectStore) -> None:
    async def first_chunk() -> bytes:
        async with aclosing(objects.aread("large")) as chunks:  # type: ignore[type-var]
            return await anext(chunks)

    objects.put("large", b"x" * (3 * CHUNK_BYTES))
    assert 0 < len(asyncio.run(first_chunk())) <= CHUNK_BYTES


def test_a_missing_object_is_said_to_be_missing(objects: ObjectStore) -> None:
    async def collect() -> None:
        async for _ in objects.aread("missing"):
            pass

    with pytest.raises(ObjectNotFound):
        objects.stat("missing")
    with pytest.raises(ObjectNotFound):
        list(objects.read("missing"))
    with pytest.raises(ObjectNotFound), objects.local_file("missing"):
        pass
    with pytest.raises(ObjectNotFound):
        asyncio.run(collect())


def test_a_folder_is_not_an_object(objects: ObjectStore) -> None:
    objects.put("a/b", b"1")
    with pytest.raises(ObjectNotFound):
        objects.stat("a")
    with pytest.raises(ObjectNotFound):
        list(objects.read("a"))
    objects.delete("a")
    assert objects.stat("a/b").size_bytes == 1


def test_nothing_is_visible_before_the_writer_is_done(objects: ObjectStore) -> None:
    with objects.writer("late") as writer:
        writer.write(b"half")
        assert list(objects.list("")) == []
        with pytest.raises(ObjectNotFound):
            objects.stat("late")
    assert objects.stat("late").size_bytes == 4


def test_a_failed_write_leaves_nothing(objects: ObjectStore) -> None:
    def fail_half_way() -> None:
        with objects.writer("failed") as writer:
            writer.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert list(objects.list("")) == []
    assert objects.abort_stale_writes(older_than_s=-1) == 0
    objects.put("failed", b"whole")


def test_an_object_is_never_overwritten(objects: ObjectStore) -> None:
    objects.put("taken", b"first")
    with pytest.raises(ObjectExists):
        objects.put("taken", b"second")
    assert b"".join(objects.read("taken")) == b"first"


def test_of_many_writers_at_once_one_wins(objects: ObjectStore) -> None:
    together = Barrier(4)

    def write(number: int) -> int | None:
        try:
            with objects.writer("race") as writer:
                writer.write(str(number).encode())
                together.wait(timeout=30)
        except ObjectExists:
            return None
        return number

    with ThreadPoolExecutor(4) as pool:
        winners = [number for number in pool.map(write, range(4)) if number is not None]
    assert len(winners) == 1
    assert b"".join(objects.read("race")) == str(winners[0]).encode()


def test_a_write_under_way_is_not_stale(objects: ObjectStore) -> None:
    with objects.writer("slow") as writer:
        writer.write(b"1")
        assert objects.abort_stale_writes(older_than_s=3600) == 0
    assert objects.stat("slow").size_bytes == 1


def test_a_local_file_has_a_descriptor_and_can_seek(objects: ObjectStore) -> None:
    objects.put("video", b"0123456789")
    with objects.local_file("video") as file:
        assert os.pread(file.fileno(), 3, 4) == b"456"
        file.seek(8)
        assert file.read() == b"89"


def test_a_list_holds_the_keys_with_a_prefix_in_order(objects: ObjectStore) -> None:
    for key in ("f/10", "f/2", "f-1", "f0", "g/1", "f/deep/er"):
        objects.put(key, key.encode())
    assert [found.key for found in objects.list("f")] == ["f-1", "f/10", "f/2", "f/deep/er", "f0"]
    assert [found.key for found in objects.list("f/")] == ["f/10", "f/2", "f/deep/er"]
    assert [found.key for found in objects.list("f/1")] == ["f/10"]
    assert [found.size_bytes for found in objects.list("g/")] == [3]
    assert list(objects.list("nothing/here")) == []
    assert len(list(objects.list(""))) == 6


def test_delete_can_be_repeated(objects: ObjectStore) -> None:
    objects.put("a/b", b"1")
    objects.delete("a/b")
    objects.delete("a/b")
    objects.delete("never/was")
    assert list(objects.list("")) == []
    objects.put("a", b"the folder is gone, so its name is free")


def test_delete_prefix_takes_no_more_than_the_prefix(objects: ObjectStore) -> None:
    for key in ("v/1/a", "v/1/b/c", "v/10/a", "w"):
        objects.put(key, b"")
    assert objects.delete_prefix("v/1/") == 2
    assert [found.key for found in objects.list("")] == ["v/10/a", "w"]
    assert objects.delete_prefix("v/1/") == 0
    with pytest.raises(InvalidKey):
        objects.delete_prefix("")


def test_deletes_and_writes_in_one_folder_do_not_hurt_each_other(objects: ObjectStore) -> None:
    def put_and_delete(worker: int) -> None:
        for number in range(60):
            key = f"shared/folder/{worker}-{number}"
            objects.put(key, b"1")
            assert objects.stat(key).size_bytes == 1
            objects.delete(key)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put_and_delete, range(4)))
    assert list(objects.list("")) == []


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_could_lead_elsewhere_is_refused(objects: ObjectStore, key: str) -> None:
    for attempt in (
        lambda: objects.put(key, b""),
        lambda: objects.stat(key),
        lambda: list(objects.read(key)),
        lambda: objects.delete(key),
    ):
        with pytest.raises(InvalidKey):
            attempt()


def test_the_check_leaves_nothing_behind(objects: ObjectStore) -> None:
    objects.check()
    assert list(objects.list("")) == []
