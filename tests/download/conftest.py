"""Archives with real files in the store."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from apps.auth.models import User
from apps.download import services
from frameflow.contracts import ExtractionProgressed, objects_prefix
from frameflow.storage import ObjectStore
from tests import messages

ZIP = b"PK" + bytes(range(256)) * 8
FRAMES = 5
VIDEO = {"duration_s": 50.0, "width": 64, "height": 48}

Publish = Callable[..., dict[str, Any]]


def progressed(**changed: Any) -> ExtractionProgressed:
    """Return a valid message about a run at work."""
    ids = {**messages.ids(), **changed}
    fields: dict[str, Any] = {
        "fence": 1,
        "step": "extracting",
        "percent": 50,
        "frames_done": 1,
        "frames_total": None,
        "eta_ms": None,
        "queue_position": None,
        "frames_prefix": f"{objects_prefix(ids)}1/",
    }
    return ExtractionProgressed(**{**fields, **ids})


def manifest_of(frames: int) -> bytes:
    """Return a manifest with frames each 10 s, from 0 s."""
    rows = [
        {
            "index": index,
            "requested_s": (index - 1) * 10,
            "pts_s": (index - 1) * 10.0,
            "file": f"{index:04d}_00-00-{index - 1}0.jpg",
            "width": 64,
            "height": 48,
            "bytes": 5,
            "sha256": f"{index:064x}",
        }
        for index in range(1, frames + 1)
    ]
    manifest = {"video": VIDEO, "options": {}, "tool": {}, "frames": rows, "warnings": []}
    return json.dumps(manifest).encode()


def store_files(
    objects: ObjectStore, prefix: str, frames: int = FRAMES, manifest: bytes | None = None
) -> None:
    """Store what processing leaves of a good run."""
    for index in range(1, frames + 1):
        objects.put(f"{prefix}frames/{index:05d}.jpg", b"jpg %d" % index)
        objects.put(f"{prefix}thumbs/{index:05d}.webp", b"webp %d" % index)
    objects.put(f"{prefix}manifest.json", manifest or manifest_of(frames))
    objects.put(f"{prefix}manifest.csv", b"index,pts_s\r\n1,0.0\r\n")
    objects.put(f"{prefix}frames.zip", ZIP)


def result_at(prefix: str, frames: int = FRAMES) -> Any:
    """Return the result that says where those files lie."""
    return messages.result(
        zip_key=f"{prefix}frames.zip",
        zip_bytes=len(ZIP),
        manifest_key=f"{prefix}manifest.json",
        frames_prefix=prefix,
        frames=frames,
    )


@pytest.fixture
def publish(objects: ObjectStore, owner: User) -> Publish:
    """Make a ready Archive of the owner's; return its ids."""

    def make(
        video_id: UUID | None = None, extraction_no: int = 1, frames: int = FRAMES, **ended: Any
    ) -> dict[str, Any]:
        ids = messages.ids(
            owner_id=owner.pk, video_id=video_id or uuid4(), extraction_no=extraction_no
        )
        prefix = f"{objects_prefix(ids)}1/"
        store_files(objects, prefix, frames)
        services.advance_archive(heard=messages.file_uploaded(**ids))
        services.advance_archive(
            heard=messages.extraction_ended(**ids, result=result_at(prefix, frames), **ended)
        )
        return {**ids, "prefix": prefix, "url": f"/api/v1/videos/{ids['video_id']}/"}

    return make


@pytest.fixture
def made(publish: Publish) -> dict[str, Any]:
    return publish()


def shared(made: dict[str, Any], name: str = "holiday.mp4", days: int = 7) -> str:
    """Make a link; return its path."""
    mine = {"video_id": made["video_id"], "owner_id": made["owner_id"]}
    link = services.make_share(**mine, name=name, days=days, at=timezone.now())
    return f"/s/{link.token}/"
