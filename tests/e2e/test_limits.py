"""Big files, cut connections and many requests at once: what the web processes bear."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2

from tests.e2e.client import Person
from tests.e2e.conftest import promise_holds
from tests.e2e.stack import Stack, eventually

MIB = 1024 * 1024
PSS_LIMIT = 250 * MIB
CONNECTION_BUDGET = 8 * 2 + 12 + 3 + 3  # web threads, bus, one worker, the test itself


class Watch:
    """Samples at 10 Hz: memory of the web process, bytes in its temporary folder."""

    def __init__(self, stack: Stack) -> None:
        self.web, self.temporary = psutil.Process(stack.processes["web"].pid), stack.temporary
        self.pss_bytes = self.temporary_bytes = 0

    def look(self) -> None:
        self.pss_bytes = max(self.pss_bytes, self.web.memory_full_info().pss)
        files = [path for path in self.temporary.rglob("*") if path.is_file()]
        self.temporary_bytes = max(self.temporary_bytes, sum(map(os.path.getsize, files)))


@contextmanager
def watching(stack: Stack) -> Iterator[Watch]:
    watch, stop = Watch(stack), threading.Event()

    def run() -> None:
        while not stop.wait(0.1):
            watch.look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def padded(clip: Path, path: Path, size_bytes: int) -> Path:
    """A good MP4 with a long `free` box behind it (ISO/IEC 14496-12, 8.1.2)."""
    whole = clip.read_bytes()
    rest = size_bytes - len(whole)
    path.write_bytes(whole + rest.to_bytes(4) + b"free")
    with path.open("ab") as file:
        file.truncate(size_bytes)
    return path


def test_a_large_upload_and_its_download_stay_small_in_memory_and_on_disk(
    stack: Stack, person: Person, clip: Path, tmp_path: Path
) -> None:
    big = padded(clip, tmp_path / "big.mp4", 95_000_000)
    with watching(stack) as watch:
        video = person.ended(person.accepted(big, interval="0.1", format="png")["id"])
        assert video["status"] == "ready"
        downloaded = 0
        with person.http.stream("GET", f"videos/{video['id']}/zip/") as answer:
            for chunk in answer.iter_bytes():
                downloaded += len(chunk)
    assert downloaded == video["result"]["zip_bytes"]
    assert watch.pss_bytes < PSS_LIMIT
    assert watch.temporary_bytes <= MIB
    person.http.delete(f"videos/{video['id']}/")
    promise_holds(stack)


def head(stack: Stack, person: Person, length: int) -> bytes:
    lines = [
        "POST /api/v1/videos/ HTTP/1.1",
        f"Host: 127.0.0.1:{stack.port}",
        f"Authorization: {person.http.headers['Authorization']}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {length}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def test_ten_announced_gigabytes_are_refused_at_once(stack: Stack, person: Person) -> None:
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        connection.settimeout(5)
        began = time.monotonic()
        connection.sendall(head(stack, person, 10_000_000_000))
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")
    assert time.monotonic() - began < 2


def test_a_cut_upload_leaves_nothing(stack: Stack, person: Person, clip: Path) -> None:
    part = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n'
        b"Content-Type: video/mp4\r\n\r\n" + clip.read_bytes() + bytes(2 * MIB)
    )
    owner = person.http.get("auth/me/").json()["id"]
    before = stack.objects()
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        connection.sendall(head(stack, person, 50_000_000) + part)
        query = "SELECT 1 FROM video WHERE owner_id = %s AND state = 'uploading'"
        eventually(lambda: stack.row("upload", query, owner), "the upload is under way")
    eventually(lambda: not stack.row("upload", query, owner) or None, "the upload is forgotten")
    eventually(lambda: stack.objects() == before or None, "no object is left")
    assert person.http.get("videos/").json()["count"] == 0
    promise_holds(stack)


def test_sixty_requests_at_once_are_all_answered_within_the_budget(
    stack: Stack, person: Person
) -> None:
    stack.kill("web")  # its threads keep the connections of the tests before
    stack.start("web")
    eventually(stack.ready, "the product is ready")
    most = 0
    stop = threading.Event()

    def count_connections() -> None:
        nonlocal most
        connection = psycopg2.connect(stack.urls["ADMIN_DATABASE_URL"])
        with connection.cursor() as cursor:
            while not stop.wait(0.01):
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                )
                row = cursor.fetchone()
                most = max(most, row[0] if row else 0)
        connection.close()

    counter = threading.Thread(target=count_connections)
    counter.start()
    with ThreadPoolExecutor(60) as pool:
        codes = list(pool.map(lambda _: person.http.get("videos/").status_code, range(600)))
    stop.set()
    counter.join()
    assert set(codes) == {200}
    assert most <= CONNECTION_BUDGET
