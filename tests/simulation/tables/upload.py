"""Upload over memory: videos, their extractions, and the space of each person."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from apps.upload.exceptions import NotAtRest, NothingToRetry
from apps.upload.transitions import ExtractionState, VideoState, Wish
from apps.upload.transitions import extraction as extraction_table
from apps.upload.transitions.video import Input
from frameflow.bus import UnitOfWork
from frameflow.contracts import (
    ArchivePublished,
    CancelRequested,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionRequested,
    FileUploaded,
    Options,
    UserDeleted,
    VideoDeleted,
)
from tests.simulation.tables.context import Handlers
from tests.simulation.tables.upload_rows import Extraction, Quota, UploadRows, Video

AT_WORK = (ExtractionState.PROCESSING, ExtractionState.CANCELLING)
OPTIONS = Options()


class Upload(UploadRows):
    """The videos, extractions and quotas."""

    name = "upload"

    @property
    def handlers(self) -> Handlers:
        return {
            ExtractionEnded: self.record_ending,
            ArchivePublished: self.note_published,
            ExpiryExtended: self.extend_expiry,
            UserDeleted: self.close_owner,
        }

    # From the first byte to acceptance

    def begin_upload(self, owner_id: UUID, video_id: UUID, announced_bytes: int) -> Video:
        with self.work("begin upload"):
            self._open_quota(owner_id)
            self._book(owner_id, announced_bytes)
            video = Video(
                id=video_id,
                owner_id=owner_id,
                source_key=f"{owner_id}/{video_id}/source",
                booked_bytes=announced_bytes,
                active_at=self.now,
            )
            self._put(video)
            return video

    def complete_upload(self, video_id: UUID, extraction_id: UUID) -> None:
        """Accept a stored object, or refuse it: an empty one is no video."""
        with self.work("complete upload") as uow:
            video = self.video(video_id)
            accepted = video.react(Input.FINALIZE_OK)
            if not accepted.is_change:
                self._sweep_what_came_late(video)
                return
            size_bytes = self.objects.stat(video.source_key).size_bytes
            if size_bytes == 0:
                self._put(self._without_bytes(video, video.react(Input.FINALIZE_REFUSED)))
                return
            b"".join(self.objects.read(video.source_key, 0, 16))
            video = self._rebooked(video, size_bytes)
            video = replace(video, state=accepted.state, source_bytes=size_bytes, was_accepted=True)
            self._put(video)
            extraction = Extraction(id=extraction_id, video_id=video_id, extraction_no=1)
            self._put_extraction(extraction)
            uow.publish(FileUploaded(**_source(video, extraction)))

    def _sweep_what_came_late(self, video: Video) -> None:
        if video.state is not VideoState.STORED:
            left = max(1, video.sweeps_left)
            self._put(replace(video, sweep_at=self.now, sweeps_left=left))

    def abandon_upload(self, video_id: UUID) -> None:
        with self.work("abandon upload"):
            self._bury(self.video(video_id), Input.CANCEL)

    def expire_silent_uploads(self) -> None:
        with self.work("expire silent uploads"):
            for video in self.session.all("video"):
                silent = self.now - video.active_at
                if (
                    video.state is VideoState.UPLOADING
                    and silent.total_seconds() > self.settings.silence_s
                ):
                    self._put(self._without_bytes(video, video.react(Input.SILENT)))

    def remove_sources(self) -> None:
        videos: list[Video] = self.session.all("video")
        for video in [each for each in videos if each.sweep_at and each.sweep_at <= self.now]:
            self.objects.delete(video.source_key)
            with self.work("note round"):
                now = self.video(video.id)
                if now.sweep_at == video.sweep_at:
                    left = max(video.sweeps_left - 1, 0)
                    again_at = self.later(self.settings.grace_s) if left else None
                    self._put(replace(now, sweeps_left=left, sweep_at=again_at))

    # Wishes

    def cancel(self, video_id: UUID) -> None:
        with self.work("cancel") as uow:
            video = self._living(video_id)
            if self._bury(video, Input.CANCEL):
                return
            newest = self.newest(video_id)
            reaction = newest and extraction_table.react(newest.state, newest.run, Wish.CANCEL)
            if newest and reaction and reaction.is_change:
                self._put_extraction(replace(newest, state=reaction.state))
                uow.publish(CancelRequested(**_ids(video, newest), asked_by="person"))

    def retry(self, video_id: UUID) -> None:
        with self.work("retry") as uow:
            video = self._stored(video_id, NothingToRetry)
            newest = self.newest(video_id)
            reaction = newest and extraction_table.react(newest.state, newest.run, Wish.RETRY)
            if newest is None or reaction is None or not reaction.is_change:
                raise NothingToRetry
            newest = replace(
                newest, state=reaction.state, run=reaction.run, expires_at=None, result=None
            )
            self._put_extraction(newest)
            self._request(uow, video, newest, "retry")

    def extract_again(self, video_id: UUID, extraction_id: UUID) -> None:
        with self.work("extract again") as uow:
            video = self._stored(video_id, NotAtRest)
            newest = self.newest(video_id)
            if newest and newest.state in AT_WORK:
                raise NotAtRest
            number = newest.extraction_no + 1 if newest else 1
            extraction = Extraction(id=extraction_id, video_id=video_id, extraction_no=number)
            self._put_extraction(extraction)
            self._request(uow, video, extraction, "again")

    def delete(self, video_id: UUID, cause: str = "person") -> None:
        with self.work("delete") as uow:
            video = self.video(video_id)
            reaction = video.react(Input.DELETE)
            if self._bury(video, Input.DELETE) and reaction.says:
                ids = tuple(each.id for each in self.extractions(video_id))
                about = {"video_id": video_id, "owner_id": video.owner_id, "cause": cause}
                uow.publish(VideoDeleted(**about, extraction_ids=ids))

    # What is heard

    def record_ending(self, ended: ExtractionEnded) -> None:
        with self.work("record ending"):
            video: Video | None = self.session.get("video", ended.video_id)
            extraction: Extraction | None = self.session.get("extraction", ended.extraction_id)
            if video is None or video.state is VideoState.DELETED or extraction is None:
                return
            reaction = extraction_table.react(extraction.state, extraction.run, ended)
            if reaction.is_impossible:
                self.alarms.append(f"extraction run {extraction.run} heard {ended!r}")
            if reaction.is_change:
                self._take(video, extraction, reaction, ended)
                self._expire_if_all_are(video)

    def note_published(self, published: ArchivePublished) -> None:
        with self.work("note published"):
            mine: Extraction | None = self.session.get("extraction", published.extraction_id)
            if mine and mine.published_run < published.run:
                self._put_extraction(replace(mine, published_run=published.run))

    def extend_expiry(self, extended: ExpiryExtended) -> None:
        with self.work("extend expiry"):
            mine: Extraction | None = self.session.get("extraction", extended.extraction_id)
            if mine is None or mine.run != extended.run:
                return
            if mine.expires_at is None or mine.expires_at < extended.expires_at:
                self._put_extraction(replace(mine, expires_at=extended.expires_at))

    def close_owner(self, deleted: UserDeleted) -> None:
        with self.work("close owner"):
            quota = replace(self._quota(deleted.user_id), is_closed=True)
            self.session.put("quota", deleted.user_id, quota)
            for video in self._living_of(deleted.user_id)[:1]:  # the others wait for the sweep
                self.delete(video.id, "account")

    def empty_closed_accounts(self) -> None:
        quotas: list[Quota] = self.session.all("quota")
        for quota in [each for each in quotas if each.is_closed and not each.is_emptied]:
            for video in self._living_of(quota.owner_id):
                self.delete(video.id, "account")
            with self.work("note emptied"):
                now = self._quota(quota.owner_id)
                self.session.put("quota", quota.owner_id, replace(now, is_emptied=True))

    def _stored(self, video_id: UUID, refusal: type[Exception]) -> Video:
        video = self._living(video_id)
        if not video.react(Input.AGAIN).is_change:
            raise refusal
        self._open_quota(video.owner_id)
        return video

    def _take(
        self,
        video: Video,
        extraction: Extraction,
        reaction: extraction_table.Reaction,
        ended: ExtractionEnded,
    ) -> None:
        until, before = ended.expires_at, extraction.expires_at
        result = ended.result
        size_bytes = result.zip_bytes + result.frames_bytes if result else 0
        self._book(video.owner_id, size_bytes - extraction.booked_bytes)
        taken = replace(
            extraction,
            state=reaction.state,
            expires_at=until if before is None or until is None else max(before, until),
            result=result,
            booked_bytes=size_bytes,
        )
        self._put_extraction(taken)

    def _expire_if_all_are(self, video: Video) -> None:
        states = {each.state for each in self.extractions(video.id)}
        reaction = video.react(Input.ALL_EXPIRED)
        if reaction.is_change and states == {ExtractionState.EXPIRED}:
            self._put(self._without_bytes(video, reaction))

    def _request(self, uow: UnitOfWork, video: Video, of: Extraction, cause: Any) -> None:
        uow.publish(ExtractionRequested(**_source(video, of), cause=cause, asked_by="person"))


def _ids(video: Video, extraction: Extraction) -> dict[str, Any]:
    return {
        "extraction_id": extraction.id,
        "video_id": video.id,
        "owner_id": video.owner_id,
        "extraction_no": extraction.extraction_no,
        "run": extraction.run,
    }


def _source(video: Video, extraction: Extraction) -> dict[str, Any]:
    return {
        **_ids(video, extraction),
        "source_key": video.source_key,
        "source_bytes": video.source_bytes,
        "source_type": "video/mp4",
        "options": OPTIONS,
    }
