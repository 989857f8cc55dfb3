"""Uploads in pieces against real processes, on both stores: cuts, a dead web process, and a client
that others wrote."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tusclient.client import TusClient

from tests.e2e.client import Person, names_in
from tests.e2e.conftest import promise_holds
from tests.e2e.films import MIB, padded
from tests.e2e.ground import Ground, standing
from tests.e2e.stack import Stack
from tests.resumable import metadata
from tests.upload.tus import PIECE
from tests.waiting import eventually

pytestmark = [pytest.mark.fixed_ground, pytest.mark.timeout(300)]

CHUNK_BYTES = 5 * MIB
FRAMES = ["0001_00-00-00.jpg", "0002_00-00-10.jpg", "0003_00-00-20.jpg"]
FILES = [*FRAMES, "manifest.json", "manifest.csv"]


@pytest.fixture(scope="module", params=["filesystem", "s3"])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp(f"pieces-{request.param}")
    with standing(Ground(store=request.param), folder) as footing:
        stack = Stack(folder, footing)
        try:
            migrated = stack.manage("migrate", "-v0")
            assert migrated.returncode == 0, migrated.stderr
            for name in ("web", "bus", "worker-1"):
                stack.start(name)
            eventually(stack.ready, "the product is ready")
            yield stack
        finally:
            stack.stop()


@pytest.fixture(scope="session")
def film(clip: Path) -> Path:
    """The clip, and 12 MiB that say nothing, as an MP4 may end."""
    return padded(clip, clip.with_name("film.mp4"))


class Sender:
    """Sends pieces over a socket that it can cut, and counts its bytes."""

    def __init__(self, stack: Stack, person: Person, data: bytes) -> None:
        self.stack, self.person, self.data = stack, person, data
        self.spoken = {"Tus-Resumable": "1.0.0"}
        said = {"Upload-Length": str(len(data)), "Upload-Metadata": metadata(filename="film.mp4")}
        begun = person.http.post("uploads/", headers={**self.spoken, **said})
        assert begun.status_code == 201, begun.text
        self.url, self.video_id = begun.headers["Location"], begun.headers["X-Video-Url"][-37:-1]
        self.sent_bytes = 0

    def offset(self) -> int:
        answer = self.person.http.head(self.url, headers=self.spoken)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def kept(self) -> int:
        found = self.stack.row(
            "upload", "SELECT offset_bytes FROM video WHERE id = %s", self.video_id
        )
        return found[0] if found else 0

    def begin_piece(self, offset: int, stop: int) -> socket.socket:
        """Announce all that is left, send up to `stop`, and stay."""
        parts = urlsplit(self.url)
        lines = {
            "Host": parts.netloc, "Authorization": self.person.http.headers["Authorization"],
            "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Content-Type": PIECE,
            "Content-Length": str(len(self.data) - offset),
        }  # fmt: skip
        head = f"PATCH {parts.path} HTTP/1.1\r\n" + "".join(
            f"{k}: {v}\r\n" for k, v in lines.items()
        )
        sender = socket.create_connection((parts.hostname or "", parts.port or 80))
        sender.sendall(f"{head}\r\n".encode() + self.data[offset:stop])
        self.sent_bytes += stop - offset
        return sender

    def go_on(self) -> int:
        """Send the rest as soon as it may be sent; return what it was answered."""

        def send() -> int | None:
            offset = self.offset()
            answer = self.person.http.patch(
                self.url,
                content=self.data[offset:],
                headers={**self.spoken, "Upload-Offset": str(offset), "Content-Type": PIECE},
            )
            if answer.status_code in (409, 423):
                return None
            self.sent_bytes += len(self.data) - offset
            return answer.status_code

        return eventually(send, "the lease is free")


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    with Person(stack) as person:
        yield person


@pytest.fixture
def sender(stack: Stack, person: Person, film: Path) -> Sender:
    return Sender(stack, person, film.read_bytes())


def ends_well(sender: Sender) -> None:
    assert sender.person.ended(sender.video_id)["status"] == "ready"
    assert names_in(sender.person.zip(sender.video_id)) == FILES
    digest = hashlib.sha256(sender.data).hexdigest()
    assert sender.stack.source_sha256(sender.video_id) == digest
    assert not sender.stack.footing.half_written()


def test_what_came_before_a_cut_is_kept(sender: Sender) -> None:
    for _cut in range(4):
        at = sender.offset()
        sender.begin_piece(at, at + 2 * MIB + 17).close()
        eventually(lambda at=at: sender.kept() > at or None, "what came is acknowledged")  # type: ignore[misc]
        eventually(_is_free(sender), "the cut is noticed")
    assert sender.go_on() == 204
    assert sender.sent_bytes - len(sender.data) <= 4 * CHUNK_BYTES
    ends_well(sender)


def _is_free(sender: Sender) -> object:
    query = "SELECT 1 FROM video WHERE id = %s AND locked_until IS NULL"
    return lambda: sender.stack.row("upload", query, sender.video_id)


def test_a_dead_web_process_loses_less_than_a_chunk(stack: Stack, sender: Sender) -> None:
    came = 9 * MIB
    connection = sender.begin_piece(0, came)
    eventually(lambda: sender.kept() >= CHUNK_BYTES or None, "half of it is acknowledged")
    other = sender.person.http.patch(
        sender.url,
        content=sender.data[:100],
        headers={**sender.spoken, "Upload-Offset": "0", "Content-Type": PIECE},
    )
    assert other.status_code == 423
    stack.kill("web")
    connection.close()
    stack.start("web")
    eventually(stack.ready, "the product is ready again")
    kept = sender.offset()
    assert came - kept <= CHUNK_BYTES
    assert sender.go_on() == 204
    assert sender.sent_bytes - len(sender.data) <= CHUNK_BYTES
    ends_well(sender)
    promise_holds(stack)


def test_tuspy_sends_a_video(stack: Stack, person: Person, film: Path) -> None:
    headers = {"Authorization": person.http.headers["Authorization"]}
    client = TusClient(f"{stack.base}/api/v1/uploads/", headers=headers)
    said = {"filename": "film.mp4", "interval": "10"}
    with film.open("rb") as stream:
        uploader = client.uploader(
            file_stream=stream, chunk_size=4 * MIB, metadata=said, upload_checksum=True, retries=3
        )
        uploader.upload_chunk()
        half = client.uploader(file_stream=stream, chunk_size=MIB, url=uploader.url)
        assert half.offset == 4 * MIB  # as another run of it would
        half.upload()
    video_id = str(uploader.url).rstrip("/").rpartition("/")[2]
    assert person.ended(video_id)["status"] == "ready"
    assert names_in(person.zip(video_id)) == FILES
