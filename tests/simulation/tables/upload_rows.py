"""The rows of upload in memory, and the space that they book."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from apps.upload.exceptions import AccountClosed, VideoNotFound
from apps.upload.transitions import ExtractionState, VideoState
from apps.upload.transitions import video as video_table
from apps.upload.transitions.video import Input
from frameflow.contracts import Result
from tests.simulation.tables.context import Context

SWEEPS = 2


@dataclass(frozen=True, kw_only=True)
class Video:
    """A row of upload's table of videos."""

    id: UUID
    owner_id: UUID
    state: VideoState = VideoState.UPLOADING
    source_key: str
    source_bytes: int = 0
    booked_bytes: int
    active_at: datetime
    was_accepted: bool = False
    sweep_at: datetime | None = None
    sweeps_left: int = 0

    def react(self, happens: Input) -> video_table.Reaction:
        return video_table.react(self.state, happens, accepted=self.was_accepted)


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """A row of upload's table of extractions."""

    id: UUID
    video_id: UUID
    extraction_no: int
    run: int = 1
    state: ExtractionState = ExtractionState.PROCESSING
    expires_at: datetime | None = None
    result: Result | None = None
    published_run: int = 0
    booked_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What a person uses."""

    owner_id: UUID
    used_bytes: int = 0
    is_closed: bool = False
    is_emptied: bool = False


class UploadRows(Context):
    """The rows by their ids, and what is done to several of them at once."""

    def video(self, video_id: UUID) -> Video:
        found: Video | None = self.session.get("video", video_id)
        if found is None:
            raise VideoNotFound
        return found

    def extractions(self, video_id: UUID) -> list[Extraction]:
        """Return a video's extractions, the newest last."""
        all_: list[Extraction] = self.session.all("extraction")
        mine = [each for each in all_ if each.video_id == video_id]
        return sorted(mine, key=lambda each: each.extraction_no)

    def newest(self, video_id: UUID) -> Extraction | None:
        mine = self.extractions(video_id)
        return mine[-1] if mine else None

    def _living(self, video_id: UUID) -> Video:
        video = self.video(video_id)
        if video.state is VideoState.DELETED:
            raise VideoNotFound
        return video

    def _living_of(self, owner_id: UUID) -> list[Video]:
        videos: list[Video] = self.session.all("video")
        mine = [each for each in videos if each.owner_id == owner_id]
        return [each for each in mine if each.state is not VideoState.DELETED]

    def _bury(self, video: Video, happens: Input) -> bool:
        """Make a tombstone, where the table wants one; return whether it did."""
        reaction = video.react(happens)
        if not reaction.is_change:
            return False
        for each in self.extractions(video.id):
            self._book(video.owner_id, -each.booked_bytes)
            self._put_extraction(replace(each, booked_bytes=0, result=None))
        self._put(self._without_bytes(video, reaction))
        return True

    def _without_bytes(self, video: Video, reaction: video_table.Reaction) -> Video:
        """Return a video of which nothing may remain, its space given back."""
        return replace(
            self._rebooked(video, 0), state=reaction.state, sweep_at=self.now, sweeps_left=SWEEPS
        )

    def _rebooked(self, video: Video, size_bytes: int) -> Video:
        self._book(video.owner_id, size_bytes - video.booked_bytes)
        return replace(video, booked_bytes=size_bytes)

    def _open_quota(self, owner_id: UUID) -> None:
        if self._quota(owner_id).is_closed:
            raise AccountClosed

    def _quota(self, owner_id: UUID) -> Quota:
        found: Quota | None = self.session.get("quota", owner_id)
        return found or Quota(owner_id=owner_id)

    def _book(self, owner_id: UUID, more_bytes: int) -> None:
        quota = self._quota(owner_id)
        more = replace(quota, used_bytes=quota.used_bytes + more_bytes)
        self.session.put("quota", owner_id, more)

    def _put(self, video: Video) -> None:
        self.session.put("video", video.id, video)

    def _put_extraction(self, extraction: Extraction) -> None:
        self.session.put("extraction", extraction.id, extraction)
