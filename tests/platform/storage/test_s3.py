"""What only a bucket can get wrong."""

import os
import socket
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frameflow.storage import ObjectExists, ObjectNotFound, StorageError
from frameflow.storage.s3 import S3Store
from frameflow.storage.s3.bucket import Bucket
from frameflow.storage.s3.writing import PART_BYTES, ObjectUpload
from tests.lost_answers import losing_answers
from tests.s3_server import BUCKET, S3Server

LARGE_BYTES = 2 * PART_BYTES + 17


@pytest.fixture
def store(bucket_options: dict[str, Any]) -> S3Store:
    return S3Store(**bucket_options)


@pytest.fixture
def unfinished(server: S3Server, bucket_options: dict[str, Any]) -> Any:
    """Return the uploads in parts that are open below this test's prefix."""

    def look() -> list[Any]:
        answer = server.client().list_multipart_uploads(Bucket=BUCKET)
        prefix = bucket_options["prefix"]
        return [each for each in answer.get("Uploads", []) if each["Key"].startswith(prefix)]

    return look


def test_a_large_object_travels_in_parts_in_bounded_memory(store: S3Store, unfinished: Any) -> None:
    block = os.urandom(1024 * 1024)
    store.put("warm-up", b"1")
    tracemalloc.start()
    with store.writer("large") as writer:
        for _ in range(40):
            writer.write(block)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert store.stat("large").size_bytes == 40 * len(block)
    assert b"".join(store.read("large", 39 * len(block))) == block
    assert peak_bytes < 5 * PART_BYTES
    assert unfinished() == []


def test_a_large_write_that_fails_leaves_no_parts(store: S3Store, unfinished: Any) -> None:
    def fail_half_way() -> None:
        with store.writer("failed") as writer:
            writer.write(bytes(LARGE_BYTES))
            assert len(unfinished()) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert unfinished() == []


def test_of_two_large_writes_the_slower_is_refused_and_leaves_no_parts(
    store: S3Store, unfinished: Any
) -> None:
    def write_beside() -> None:
        with store.writer("race") as slower:
            slower.write(bytes(LARGE_BYTES))
            with store.writer("race") as faster:
                faster.write(bytes(LARGE_BYTES + 1))

    with pytest.raises(ObjectExists):
        write_beside()
    assert store.stat("race").size_bytes == LARGE_BYTES + 1
    assert unfinished() == []


@pytest.mark.parametrize("size_bytes", [17, LARGE_BYTES])
@pytest.mark.parametrize("times", [1, 2])
def test_a_write_whose_answer_is_lost_is_no_conflict_with_itself(
    server: S3Server, bucket_options: dict[str, Any], unfinished: Any, size_bytes: int, times: int
) -> None:
    def makes_visible(method: str, path: str) -> bool:
        completes = method == "POST" and "uploadId=" in path
        return completes or (method == "PUT" and "?" not in path)

    with losing_answers(server.port, makes_visible, times) as address:
        far = S3Store(**bucket_options | {"endpoint_url": address})
        far.put("a", bytes(size_bytes))
        assert far.stat("a").size_bytes == size_bytes
        with pytest.raises(ObjectExists):
            far.put("a", bytes(size_bytes))
    assert unfinished() == []


def test_an_object_of_another_size_than_was_sent_is_refused(
    bucket_options: dict[str, Any], store: S3Store
) -> None:
    upload = ObjectUpload(Bucket(**bucket_options), "short")
    upload.write(bytes(LARGE_BYTES))
    upload._sent_bytes += 1  # as if the server had lost a byte
    with pytest.raises(StorageError, match="bytes, not"):
        upload.finish()
    assert store.is_empty()


def test_the_sweep_removes_what_nobody_goes_on_with(
    bucket_options: dict[str, Any], store: S3Store, unfinished: Any
) -> None:
    for name in ("left", "ended"):
        ObjectUpload(Bucket(**bucket_options), name).write(bytes(PART_BYTES))
    ObjectUpload(Bucket(**bucket_options), "live").write(bytes(PART_BYTES))
    assert store.abort_stale_writes(3600) == 0
    assert len(unfinished()) == 3
    assert store.abort_stale_writes(-60) == 3
    assert unfinished() == []


def test_an_upload_that_ended_meanwhile_does_not_stop_the_sweep(
    bucket_options: dict[str, Any], store: S3Store, monkeypatch: pytest.MonkeyPatch, unfinished: Any
) -> None:
    uploads = [ObjectUpload(Bucket(**bucket_options), f"u{number}") for number in range(2)]
    for upload in uploads:
        upload.write(bytes(PART_BYTES))
    from frameflow.storage.s3 import sweeping

    is_idle = sweeping._is_idle

    def ends_first(bucket: Bucket, full_key: str, upload_id: str, before: datetime) -> bool:
        if full_key.endswith("u0"):
            uploads[0].abandon()
        return is_idle(bucket, full_key, upload_id, before)

    monkeypatch.setattr(sweeping, "_is_idle", ends_first)
    soon = datetime.now(UTC) + timedelta(seconds=60)
    assert sweeping.abort_uploads(Bucket(**bucket_options), soon) == 1
    assert unfinished() == []


def test_many_threads_share_one_client(store: S3Store) -> None:
    def write_and_read(number: int) -> bytes:
        store.put(f"of/{number}", str(number).encode())
        return b"".join(store.read(f"of/{number}"))

    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(write_and_read, range(60))) == [str(n).encode() for n in range(60)]


def test_nothing_is_read_or_removed_beside_the_prefix(server: S3Server) -> None:
    one, other = (S3Store(**server.options(prefix=prefix)) for prefix in ("tenant/", "tenant-b/"))
    one.put("a", b"1")
    other.put("a", b"2")
    assert [found.key for found in one.list("")] == ["a"]
    assert one.delete_prefix("a") == 1
    assert b"".join(other.read("a")) == b"2"
    other.delete("a")


def test_a_bucket_that_is_not_there_is_no_missing_object(server: S3Server) -> None:
    lost = S3Store(**server.options(name="lost-bucket"))
    for attempt in (
        lambda: lost.stat("a"),
        lambda: list(lost.read("a")),
        lambda: lost.put("a", b""),
        lambda: list(lost.list("")),
    ):
        with pytest.raises(StorageError) as refused:
            attempt()
        assert not isinstance(refused.value, ObjectNotFound)
        assert refused.value.status == 503


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_server_that_refuses_is_told_at_once(server: S3Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free_port = listener.getsockname()[1]
    store = S3Store(**server.options(endpoint_url=f"http://127.0.0.1:{free_port}"))
    began_s = time.monotonic()
    with pytest.raises(StorageError, match="a: EndpointConnectionError"):
        store.stat("a")
    assert time.monotonic() - began_s < 10


@pytest.mark.long
def test_a_server_that_hangs_is_given_up(server: S3Server, silent_port: int) -> None:
    store = S3Store(**server.options(endpoint_url=f"http://127.0.0.1:{silent_port}"))
    began_s = time.monotonic()
    with pytest.raises(StorageError):
        store.stat("a")
    assert time.monotonic() - began_s < 40


def test_the_words_of_an_error_name_no_key_and_no_host(server: S3Server) -> None:
    store = S3Store(**server.options(name="lost-bucket"))
    with pytest.raises(StorageError) as refused:
        store.put("a", b"")
    assert "127.0.0.1" not in str(refused.value)
    assert "only-for-tests" not in str(refused.value)
