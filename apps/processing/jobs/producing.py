"""What one claim produces: frames and thumbnails as they come, the ZIP beside them."""

import os
from fractions import Fraction
from typing import BinaryIO

import structlog
from django.conf import settings

from apps.processing import selectors, services
from apps.processing.exceptions import RunFailed
from apps.processing.extraction import (
    Limits,
    Outcome,
    Picture,
    RemoteVideo,
    Row,
    VideoFacts,
    ZipFacts,
    ZipPacker,
    build_manifest,
    extract,
    manifest_csv,
    manifest_json,
    manifest_row,
)
from apps.processing.jobs.keeping import Keeper
from apps.processing.jobs.sources import opened, sha256_of
from apps.processing.jobs.telling import CHECKED_PERCENT, PACKING_PERCENT, Teller, share_done
from apps.processing.jobs.wishes import engine_options
from apps.processing.services import Claim, FrameRow
from frameflow.contracts import Result, Step, WarningFound
from frameflow.storage import store

#: A file name never travels in a message, so the manifest of the service does not know it.
NAME_IN_MANIFEST = "video"

log = structlog.stdlib.get_logger(__name__)


class Production:
    """Runs the engine for a claim and keeps what the verdict will need; the engine's sink."""

    def __init__(self, claim: Claim, keeper: Keeper) -> None:
        self.claim, self.keeper, self.teller = claim, keeper, Teller(claim)
        self.options = claim.job.wished()
        self.rows: list[FrameRow] = []
        self.lines: list[Row] = []
        self.outcome: Outcome | None = None
        self.packed: ZipFacts | None = None
        self._facts: VideoFacts | None = None
        self._packer: ZipPacker | None = None
        self._stored_bytes = self._image_bytes = self._room_bytes = 0

    def run(self) -> None:
        """Extract; afterwards frames, ZIP and manifest lie in the store."""
        self.teller.enter(Step.CHECKING, 1)
        self._room_bytes = selectors.get_room_bytes(owner_id=self.claim.job.owner_id)
        zip_key = f"{self.claim.prefix}frames.zip"
        with opened(self.claim.job) as source, store().writer(zip_key) as out:
            self._packer = ZipPacker(out.write)
            outcome = self._extract(source)
            manifest = self._manifest(outcome)
            self.keeper.insist()
            self.packed = self._packer.close(manifest)
            self._check_room(zip_bytes=self.packed.bytes)
        self.keeper.insist()
        store().put(f"{self.claim.prefix}manifest.json", manifest_json(manifest))
        store().put(f"{self.claim.prefix}manifest.csv", manifest_csv(manifest))
        self.teller.leave()
        log.info("job.zip_stored", zip_bytes=self.packed.bytes)

    def _extract(self, source: BinaryIO | RemoteVideo) -> Outcome:
        self.outcome = extract(
            source,
            options=engine_options(self.options),
            limits=_limits(self.options.max_frames),
            sink=self,
            keep_going=self.keeper,
        )
        read_bytes = self.outcome.bytes_read
        log.info("job.frames_stored", frames=len(self.rows), source_read_bytes=read_bytes)
        self.teller.frames_total = len(self.rows)
        self.teller.enter(Step.PACKING, PACKING_PERCENT)
        self.keeper.insist()
        return self.outcome

    # The engine's sink

    def checked(self, facts: VideoFacts) -> None:
        """The video can be read: say how much there is to do."""
        log.info("job.decoding", frames_expected=facts.frames_expected)
        self._facts = facts
        self.teller.frames_total = facts.frames_expected
        self.teller.enter(Step.EXTRACTING, CHECKED_PERCENT)

    def picture(self, picture: Picture) -> None:
        """Store a frame and its thumbnail, and add it to the ZIP; `RunFailed` where they do not
        fit into what is left of the owner's space."""
        self._image_bytes += len(picture.data)
        self._stored_bytes += len(picture.data) + len(picture.thumbnail)
        self._check_room(zip_bytes=self._image_bytes)
        extension = picture.file.rpartition(".")[2]
        key = f"{self.claim.prefix}frames/{picture.index:05d}.{extension}"
        store().put(key, picture.data)
        store().put(f"{self.claim.prefix}thumbs/{picture.index:05d}.webp", picture.thumbnail)
        assert self._packer is not None  # noqa: S101  made before the engine starts
        self._packer.add(picture)
        self.rows.append(_row(picture, key))
        self.lines.append(manifest_row(picture))
        assert self._facts is not None  # noqa: S101  checked before the first picture
        done = share_done(self.options, self._facts, len(self.rows), picture.requested_s)
        self.teller.frame_stored(done)

    def _check_room(self, *, zip_bytes: int) -> None:
        if self._stored_bytes + zip_bytes > self._room_bytes:
            raise RunFailed("quota", f"{self._room_bytes} bytes were left", retryable=True)

    def publish(self) -> bool:
        """Commit the result; False where the claim was lost."""
        assert self.outcome is not None  # noqa: S101
        return services.record_success(
            job=self.claim.job,
            fence=self.claim.fence,
            result=self._result(),
            frames=self.rows,
            warnings=self._warnings(),
            steps=self.teller.steps,
            source_read_bytes=self.outcome.bytes_read,
        )

    def _manifest(self, outcome: Outcome) -> dict[str, object]:
        return build_manifest(
            name=NAME_IN_MANIFEST,
            size_bytes=self.claim.job.source_bytes,
            sha256=sha256_of(self.claim.job),
            options=engine_options(self.options),
            outcome=outcome,
            pictures_rows=self.lines,
        )

    def _result(self) -> Result:
        assert self.outcome is not None  # noqa: S101
        assert self.packed is not None  # noqa: S101
        facts = self.outcome.facts
        return Result(
            fence=self.claim.fence,
            zip_key=f"{self.claim.prefix}frames.zip",
            zip_bytes=self.packed.bytes,
            zip_sha256=self.packed.sha256,
            manifest_key=f"{self.claim.prefix}manifest.json",
            frames_prefix=self.claim.prefix,
            frames=len(self.rows),
            frames_bytes=self._stored_bytes,
            duration_ms=round(facts.duration_s * 1000),
            width=facts.width,
            height=facts.height,
            codec=facts.codec[:40],
        )

    def _warnings(self) -> list[WarningFound]:
        assert self.outcome is not None  # noqa: S101
        return [
            WarningFound(
                code=each.code,
                detail=each.detail[:400],
                from_ms=_ms(each.from_s),
                to_ms=_ms(each.to_s),
            )
            for each in self.outcome.warnings
        ]


def _limits(max_frames: int) -> Limits:
    return Limits(
        max_frames=min(max_frames, settings.MAX_FRAMES),
        max_duration_s=settings.MAX_DURATION_S,
        wall_s=settings.RUN_WALL_CLOCK_S,
        threads=max(1, (os.cpu_count() or 1) // settings.WORKERS),
    )


def _row(picture: Picture, key: str) -> FrameRow:
    return FrameRow(
        index=picture.index,
        requested_ms=_ms(picture.requested_s) or 0,
        pts_ms=max(_ms(picture.pts_s) or 0, 0),
        key=key,
        width=picture.width,
        height=picture.height,
        size_bytes=len(picture.data),
        sha256=picture.sha256,
    )


def _ms(seconds: Fraction | None) -> int | None:
    return None if seconds is None else max(round(seconds * 1000), 0)
