"""A finished video as every context knows it, for tests that break one thing of it."""

import hashlib
import io
import json
import zipfile

from apps.processing.models import Frame, ProcessingJob
from apps.upload.models import Extraction
from frameflow.bus import unit_of_work
from frameflow.storage import store
from tests import messages
from tests.bus import Bus
from tests.factories import extraction_of, put_source, stored_video

NAME = "0001_00-00-00.jpg"


def zip_with(*names: str) -> bytes:
    """Return a ZIP with these entries, each of which is a manifest of one frame."""
    out = io.BytesIO()
    manifest = {"frames": [{"file": NAME}]}
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, json.dumps(manifest))
    return out.getvalue()


WHOLE = zip_with(NAME, "manifest.json", "manifest.csv")


def finished_extraction(bus: Bus) -> Extraction:
    """Let a video be uploaded, worked on and published; all its messages were heard."""
    video = stored_video(extraction=None)
    put_source(video)
    extraction = extraction_of(video, "processing")
    ids = messages.ids(extraction_id=extraction.pk, video_id=video.pk, owner_id=video.owner_id)
    with unit_of_work("upload") as uow:
        uow.publish(messages.file_uploaded(**ids))
    bus.settle()
    job = ProcessingJob.objects.get(pk=extraction.pk)
    put_objects(job, fence=1)
    result = messages.result(
        zip_key=f"{job.prefix}1/frames.zip",
        zip_bytes=len(WHOLE),
        zip_sha256=hashlib.sha256(WHOLE).hexdigest(),
        manifest_key=f"{job.prefix}1/manifest.json",
        frames_prefix=f"{job.prefix}1/",
        frames=1,
    )
    job.state, job.fence, job.tries, job.result = "done", 1, 1, result.model_dump(mode="json")
    job.save()
    Frame.objects.create(job=job, key=f"{job.prefix}1/frames/00001.jpg", **FRAME)
    with unit_of_work("processing") as uow:
        uow.publish(messages.file_processed(**{**ids, **result.model_dump()}))
    bus.settle()
    return Extraction.objects.get(pk=extraction.pk)


def put_objects(job: ProcessingJob, *, fence: int) -> None:
    """Store what a worker stores under a fence."""
    store().put(f"{job.prefix}{fence}/frames.zip", WHOLE)
    names = ("frames/00001.jpg", "thumbs/00001.webp", "manifest.json", "manifest.csv")
    for name in names:
        store().put(f"{job.prefix}{fence}/{name}", b"{}")


FRAME = {
    "index": 1,
    "requested_ms": 0,
    "pts_ms": 0,
    "width": 64,
    "height": 48,
    "size_bytes": 2,
    "sha256": "0" * 64,
}
