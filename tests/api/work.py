"""Does what a worker does with a run, but for the decoding: real services, files and messages."""

import hashlib
import json
from fractions import Fraction
from typing import Any

from django.test import TestCase

from apps.processing import services
from apps.processing.extraction import Options, VideoFacts
from apps.processing.extraction.manifest import partial_manifest
from frameflow.contracts import Result, Step
from frameflow.storage import store
from tests.factories import MP4_HEAD

SOURCE = MP4_HEAD + bytes(229_351)
FRAMES = 3
SIZE = {"width": 1920, "height": 1080}
FACTS = VideoFacts(
    duration_s=Fraction(25), **SIZE, container="mov", codec="h264", pixel_format="yuv420p",
    avg_frame_rate=Fraction(25), variable_frame_rate=False, rotation=0, mirrored=False,
    sample_aspect_ratio=Fraction(1), interlaced=False, color_space="bt709", color_range="tv",
    color_transfer="bt709", color_primaries="bt709", color_peak_nits=None,
    frames_expected=FRAMES,
)  # fmt: skip
TOOL = {"av": "17.0.0", "ffmpeg": "8.0"}


def claim() -> services.Claim:
    """Take the next run and tell how far it is."""
    claimed = services.claim_next(worker="worker-1")
    assert claimed is not None
    _tell(claimed, Step.EXTRACTING, frames_done=1, percent=50, eta_ms=2000)
    return claimed


def finish(claimed: services.Claim) -> None:
    """Store three frames with their ZIP, and record the success."""
    _tell(claimed, Step.PACKING, frames_done=FRAMES, percent=99)
    rows = [_frame(claimed.prefix, index) for index in range(1, FRAMES + 1)]
    zipped = b"PK" + bytes(64_000)
    store().put(f"{claimed.prefix}frames.zip", zipped)
    store().put(f"{claimed.prefix}manifest.json", json.dumps(_manifest(rows)).encode())
    result = Result(
        fence=claimed.fence,
        zip_key=f"{claimed.prefix}frames.zip",
        zip_bytes=len(zipped),
        zip_sha256=hashlib.sha256(zipped).hexdigest(),
        manifest_key=f"{claimed.prefix}manifest.json",
        frames_prefix=claimed.prefix,
        frames=FRAMES,
        frames_bytes=sum(row.size_bytes for row in rows),
        duration_ms=25_000,
        codec="h264",
        **SIZE,
    )
    told: dict[str, Any] = {"frames": rows, "warnings": [], "steps": [], "source_read_bytes": 5}
    assert services.record_success(job=claimed.job, fence=claimed.fence, result=result, **told)


def _tell(claimed: services.Claim, step: Step, **how_far: Any) -> None:
    """Such news goes out at the commit, which a test has not."""
    with TestCase.captureOnCommitCallbacks(using="processing", execute=True):
        services.report_progress(
            job=claimed.job, fence=claimed.fence, step=step, frames_total=FRAMES, **how_far
        )


def _frame(prefix: str, index: int) -> services.FrameRow:
    picture = b"\xff\xd8\xff" + bytes([index]) * 20_000
    key = f"{prefix}frames/{index:05d}.jpg"
    store().put(key, picture)
    store().put(f"{prefix}thumbs/{index:05d}.webp", b"RIFF" + bytes([index]) * 1000)
    at = (index - 1) * 10_000
    digest = hashlib.sha256(picture).hexdigest()
    return services.FrameRow(
        index=index, requested_ms=at, pts_ms=at, key=key, size_bytes=len(picture), sha256=digest,
        **SIZE,
    )  # fmt: skip


def _manifest(rows: list[services.FrameRow]) -> dict[str, Any]:
    frames = [
        {
            "index": row.index,
            "requested_s": row.requested_ms / 1000,
            "pts_s": row.pts_ms / 1000,
            "file": f"{row.index:04d}_00-00-{row.pts_ms // 1000:02d}.jpg",
            "bytes": row.size_bytes,
            "sha256": row.sha256,
            **SIZE,
        }
        for row in rows
    ]
    made: Any = partial_manifest(FACTS, Options(), TOOL, ())
    digest = hashlib.sha256(SOURCE).hexdigest()
    named = {"name": "video", "bytes": len(SOURCE), "sha256": digest}
    return {**made, "video": {**named, **made["video"]}, "frames": frames}
