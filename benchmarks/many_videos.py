"""Rows of very many finished videos, as all contexts would have left them, in bulk."""

import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

FRAMES = 3
AT_ONCE = 500
AT = datetime(2026, 1, 1, tzinfo=UTC)
Rows = defaultdict[tuple[str, type], list[Any]]


def fill(videos: int) -> None:
    """Insert so many finished videos of as many people; what was said of each is acknowledged."""
    for start in range(0, videos, AT_ONCE):
        rows: Rows = defaultdict(list)
        for _ in range(start, min(start + AT_ONCE, videos)):
            Story(rows).tell()
        for (alias, model), each in rows.items():
            model.objects.using(alias).bulk_create(each)  # type: ignore[attr-defined]


def put_objects(root: Path) -> None:
    """Store what the rows name, as files and in no hurry to be durable."""
    from apps.processing.models import ProcessingJob
    from apps.upload.models import Video

    for key in Video.objects.values_list("source_key", flat=True).iterator():
        _write(root / key, b"video")
    for job in ProcessingJob.objects.iterator():
        for name, data in _objects():
            _write(root / f"{job.prefix}1" / name, data)


def _objects() -> Iterator[tuple[str, bytes]]:
    yield "frames.zip", ZIP
    yield from (("manifest.json", b"{}"), ("manifest.csv", b""))
    for index in range(1, FRAMES + 1):
        yield f"frames/{index:05d}.jpg", b"frame"
        yield f"thumbs/{index:05d}.webp", b"thumb"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _zip() -> bytes:
    out = io.BytesIO()
    names = [f"{index:04d}_00-00-{index:02d}.jpg" for index in range(1, FRAMES + 1)]
    manifest = json.dumps({"frames": [{"file": name} for name in names]})
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, bytes(10_000))
        packed.writestr("manifest.json", manifest)
        packed.writestr("manifest.csv", "")
    return out.getvalue()


ZIP = _zip()


class Story:
    """One video from its first byte to its Archive."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.video, self.owner, self.extraction = uuid4(), uuid4(), uuid4()
        self.ids: dict[str, Any] = {
            "extraction_id": self.extraction,
            "video_id": self.video,
            "owner_id": self.owner,
            "extraction_no": 1,
            "run": 1,
        }

    def tell(self) -> None:
        """Collect the rows of every context."""
        self.upload()
        self.orchestration()
        self.processing()
        self.download()

    def add(self, alias: str, *rows: Any) -> None:
        for row in rows:
            self.rows[alias, type(row)].append(row)

    def say(self, alias: str, type_: str, hearers: Iterable[str], **payload: Any) -> None:
        """Keep a message that each hearer has in its inbox and has acknowledged."""
        from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage

        pk = uuid4()
        plain = {
            name: str(each) if isinstance(each, UUID) else each for name, each in self.ids.items()
        }
        about: dict[str, Any] = {"type": type_, "correlation_id": self.extraction}
        message = OutboxMessage(
            **about,
            id=pk,
            version=1,
            producer=alias,
            payload={**plain, **payload},
            occurred_at=AT,
            attempts=1,
            done_at=AT,
        )
        self.add(alias, message)
        for name in hearers:
            self.add(alias, OutboxDelivery(message=message, consumer=name, acked_at=AT))
            heard = {"message_id": pk, "consumer": name, "handled_at": AT, "attempts": 1}
            self.add(name, InboxMessage(**about, **heard))

    def upload(self) -> None:
        from apps.upload.models import Extraction, Quota, Video

        self.source = f"{self.owner}/{self.video}/source"
        result = {"zip_bytes": len(ZIP), "frames_bytes": 0}
        self.add("upload", Quota(owner_id=self.owner, used_bytes=5 + len(ZIP)))
        video = Video(
            id=self.video,
            owner_id=self.owner,
            name="video.mp4",
            state="stored",
            source_key=self.source,
            source_bytes=5,
            booked_bytes=5,
            stored_at=AT,
        )
        extraction = Extraction(
            id=self.extraction,
            video=video,
            extraction_no=1,
            state="ready",
            options={},
            result=result,
            booked_bytes=len(ZIP),
            published_run=1,
            progress_fence=1,
        )
        self.add("upload", video, extraction)
        self.say("upload", "FILE_UPLOADED", ("orchestration", "download"))

    def orchestration(self) -> None:
        from apps.orchestration.models import Saga, SagaStep

        saga = Saga(**self.ids, state="ready")
        begun = SagaStep(heard="FILE_UPLOADED", from_state="none", to_state="processing")
        ended = SagaStep(heard="FILE_PROCESSED", from_state="processing", to_state="ready")
        self.add("orchestration", saga)
        for step in (begun, ended):
            step.saga, step.run = saga, 1
            self.add("orchestration", step)
        hearers = ("upload", "download", "processing", "auth")
        self.say("orchestration", "PROCESS_FILE", ("processing",))
        self.say("orchestration", "EXTRACTION_ENDED", hearers, outcome="ready")

    def processing(self) -> None:
        from apps.processing.models import Frame, ProcessingJob

        job = ProcessingJob(**self.ids, state="done", fence=1, tries=1)
        self.result = {
            "fence": 1,
            "zip_key": f"{job.prefix}1/frames.zip",
            "zip_bytes": len(ZIP),
            "zip_sha256": hashlib.sha256(ZIP).hexdigest(),
            "manifest_key": f"{job.prefix}1/manifest.json",
            "frames_prefix": f"{job.prefix}1/",
            "frames": FRAMES,
        }
        job.result = self.result
        self.add("processing", job)
        facts = {"requested_ms": 0, "pts_ms": 0, "width": 1, "height": 1, "size_bytes": 5}
        for index in range(1, FRAMES + 1):
            key = f"{job.prefix}1/frames/{index:05d}.jpg"
            self.add("processing", Frame(job=job, index=index, key=key, **facts))
        self.say("processing", "FILE_PROCESSED", ("orchestration",), fence=1)

    def download(self) -> None:
        from apps.download.models import Archive

        facts = {name: value for name, value in self.result.items() if name != "fence"}
        self.add("download", Archive(**self.ids, state="ready", **facts))
        self.say("download", "ARCHIVE_PUBLISHED", ("upload", "auth"))
