"""Archives and what their manifests say of the frames."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from sys import intern
from typing import Any
from uuid import UUID

from apps.download.archive import State
from apps.download.exceptions import ArchiveNotFound, Expired, FrameNotFound, NotReady
from apps.download.models import Archive
from frameflow.storage import store

MANIFESTS_KEPT = 16
THUMB_SIDE = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame, numbered from 1. While extracting only number and keys are known; `requested_s`
    and `pts_s` are seconds from the start of the presentation."""

    index: int
    prefix: str  # shared by all frames of a run: thousands of them are kept in memory
    extension: str
    requested_s: float | None = None
    pts_s: float | None = None
    file: str | None = None
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None

    @property
    def thumb_width(self) -> int:
        """Return the width of the small image in pixels: its longest side is 320."""
        return _fitted(self.width, self.height)

    @property
    def thumb_height(self) -> int:
        """Return its height; while the frame's size is not known, that of the usual shape."""
        return _fitted(self.height, self.width, unknown=180)

    @property
    def image_key(self) -> str:
        return f"{self.prefix}frames/{self.index:05d}.{self.extension}"

    @property
    def thumb_key(self) -> str:
        return f"{self.prefix}thumbs/{self.index:05d}.webp"


class FramesSoFar(list[Frame]):
    """The frames of a run at work: more are coming. A run that has ended may have none at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is asked of a manifest again and again; the size is that of the video as stored."""

    duration_s: float
    width: int
    height: int
    frames: tuple[Frame, ...]


def get_archive(*, video_id: UUID, owner_id: UUID) -> Archive:
    """Return the ready Archive of an owner's video with the highest number.

    `ArchiveNotFound`, `NotReady` with the status of the newest, or `Expired` where there is none.
    """
    return _ready(_archives(video_id, owner_id))


def refuse_unknown(*, video_id: UUID, owner_id: UUID) -> None:
    """Raise `ArchiveNotFound` where an owner has no such video."""
    _archives(video_id, owner_id)


def list_frames(*, video_id: UUID, owner_id: UUID) -> Sequence[Frame]:
    """Return the frames of the ready Archive, or those stored so far; refuses as `get_archive`."""
    archives = _archives(video_id, owner_id)
    try:
        return manifest_of(archive=_ready(archives)).frames
    except NotReady:
        if archives[0].state != State.AWAITED:
            raise
        return _frames_so_far(archives[0])


def get_frame(*, video_id: UUID, owner_id: UUID, index: int) -> Frame:
    """Return one frame by its number; `FrameNotFound`, else refuses as `get_archive`."""
    return frame_of(frames=list_frames(video_id=video_id, owner_id=owner_id), index=index)


def manifest_of(*, archive: Archive) -> Manifest:
    """Return what the manifest of a ready Archive says."""
    return _manifest(archive.manifest_key)


def frame_of(*, frames: Sequence[Frame], index: int) -> Frame:
    """Return the frame of a number; `FrameNotFound` where there is none."""
    if not 1 <= index <= len(frames):
        raise FrameNotFound
    return frames[index - 1]


def frames_between(
    *, frames: Sequence[Frame], from_s: float | None, to_s: float | None
) -> Sequence[Frame]:
    """Return the frames of `from_s <= pts_s < to_s`, where there is such a bound; else all."""
    if from_s is None and to_s is None:
        return frames
    low, high = -inf if from_s is None else from_s, inf if to_s is None else to_s
    return [each for each in frames if each.pts_s is not None and low <= each.pts_s < high]


def _archives(video_id: UUID, owner_id: UUID) -> list[Archive]:
    """Return what the owner may know of, the newest first; at least one."""
    mine = Archive.objects.filter(video_id=video_id, owner_id=owner_id)
    archives = list(mine.exclude(state=State.DELETED).order_by("-extraction_no"))
    if not archives:
        raise ArchiveNotFound
    return archives


def _ready(archives: Sequence[Archive]) -> Archive:
    ready = next((each for each in archives if each.state == State.READY), None)
    if ready is not None:
        return ready
    raise Expired if archives[0].status == "expired" else NotReady(archives[0].status)


@lru_cache(maxsize=MANIFESTS_KEPT)
def _manifest(key: str) -> Manifest:
    """Objects are never overwritten, so that what was parsed once stays true."""
    read = json.loads(b"".join(store().read(key)))
    prefix = key.removesuffix("manifest.json")
    facts = {name: read["video"][name] for name in ("duration_s", "width", "height")}
    return Manifest(frames=tuple(_frame(prefix, row) for row in read["frames"]), **facts)


def _frame(prefix: str, row: dict[str, Any]) -> Frame:
    names = ("index", "requested_s", "pts_s", "file", "width", "height", "sha256")
    facts = {name: row[name] for name in names}
    extension = intern(row["file"].rpartition(".")[2])
    return Frame(prefix=prefix, extension=extension, size_bytes=row["bytes"], **facts)


def _frames_so_far(archive: Archive) -> FramesSoFar:
    numbers = range(1, archive.frames_done + 1)
    prefix, extension = archive.progress_prefix, archive.image_format
    return FramesSoFar(
        Frame(index=number, prefix=prefix, extension=extension) for number in numbers
    )


def _fitted(side: int | None, other: int | None, unknown: int = THUMB_SIDE) -> int:
    if not side or not other:
        return unknown
    return max(1, round(side * min(1, THUMB_SIDE / max(side, other))))
