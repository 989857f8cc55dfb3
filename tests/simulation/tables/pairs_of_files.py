"""Download and upload in both of their forms."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.db.models.functions import Now

from apps.download import services as download
from apps.download.models import Archive
from apps.upload import services as upload
from apps.upload.models import Extraction, Quota, Video
from frameflow.contracts import Options
from frameflow.storage import ObjectStore
from tests import messages
from tests.factories import MP4_HEAD
from tests.simulation.tables.download import Download
from tests.simulation.tables.pairs import Pair
from tests.simulation.tables.upload import Upload


class DownloadPair(Pair):
    """Download; the ZIP of one of the extractions is not in the store."""

    KIND = Download
    EXPECTED = {"awaited", "ready", "gone", "deleted"}

    def empty(self) -> None:
        Archive.objects.all().delete()
        self.forget_messages()

    def step(self) -> str:
        ids = self.about()
        if self.dice.random() < 0.15:
            return self._fetch(ids)
        if self.dice.random() < 0.4:
            heard: Any = messages.extraction_requested(**ids)
        else:
            heard = self._ended(ids)
        self.both(
            lambda: self.memory.advance_archive(heard),
            lambda: download.advance_archive(heard=heard),
        )
        return f"{heard.type} {ids['extraction_no']} run {ids['run']}"

    def _ended(self, ids: dict[str, Any]) -> Any:
        outcome = self.dice.choice(
            ("ready", "ready", "ready", "failed", "cancelled", "expired", "deleted")
        )
        prefix = f"{ids['owner_id']}/{ids['video_id']}/{ids['extraction_id']}/1/"
        key = f"{prefix}frames.zip"
        if ids["extraction_no"] == 1 and self.objects.is_empty(prefix):
            self.objects.put(key, b"zip")
        result = messages.result(
            zip_key=key, frames_prefix=prefix, manifest_key=f"{prefix}manifest.json"
        )
        more = {"result": result, "expires_at": self.now + timedelta(hours=1)}
        return messages.extraction_ended(outcome, **ids, **more)

    def _fetch(self, ids: dict[str, Any]) -> str:
        row = Archive.objects.filter(pk=ids["extraction_id"]).first()
        if row is not None and row.state == "ready":
            self.both(
                lambda: self.memory.extend_expiry(row.pk),
                lambda: download.extend_expiry(archive=row, at=self.now) and 0,
            )
        return f"download {ids['extraction_no']}"

    def rows_in_memory(self) -> dict[UUID, Any]:
        return {
            each.extraction_id: (
                each.state.value,
                each.run,
                each.result.zip_key if each.result else "",
                each.expires_at is None,
                each.extended_at is None,
            )
            for each in self.memory.session.all("archive")
            if each.run
        }

    def rows_in_postgres(self) -> dict[UUID, Any]:
        return {
            each.pk: (
                each.state,
                each.run,
                each.zip_key,
                each.expires_at is None,
                each.extended_at is None,
            )
            for each in Archive.objects.exclude(run=0)
        }


class UploadPair(Pair):
    """Upload. Each form makes ids of its own, so rows are compared in the order of their making."""

    KIND = Upload
    EXPECTED = {"uploading", "stored", "refused", "expired", "deleted", "ready", "failed"} | {
        "processing",
        "cancelling",
        "cancelled",
    }

    def __init__(self, dice: Random, objects: ObjectStore) -> None:
        super().__init__(dice, objects)
        self.owners = [uuid4(), uuid4()]
        #: The ids of each video: in memory, on Postgres.
        self.videos: list[tuple[UUID, UUID]] = []

    def empty(self) -> None:
        Video.objects.all().delete()
        Quota.objects.all().delete()
        self.forget_messages()

    def step(self) -> str:
        if len(self.videos) < 2 or self.dice.random() < 0.05:
            return self._begin()
        video = self.dice.choice(self.videos)
        wishes = ("complete", "cancel", "retry", "retry", "again", "delete", "close", "silent")
        name = self.dice.choice((*wishes, *["ended"] * 8, "published", "extended"))
        getattr(self, f"_{name}")(*video)
        return f"{name} {self.videos.index(video)}"

    def _begin(self) -> str:
        owner, mine = self.dice.choice(self.owners), uuid4()
        made: list[Video] = []

        def begin() -> bool:
            made.append(
                upload.begin_upload(owner_id=owner, name="a.mp4", announced_bytes=10, at=self.now)
            )
            return True

        if self.both(lambda: self.memory.begin_upload(owner, mine, 10), begin) is True:
            self.videos.append((mine, made[0].pk))
            content = self.dice.choice((MP4_HEAD, MP4_HEAD, MP4_HEAD, b""))
            self.objects.put(self.memory.video(mine).source_key, content)
            self.objects.put(made[0].source_key, content)
            if self.dice.random() < 0.8:
                self._complete(*self.videos[-1])
        return "begin"

    def _complete(self, mine: UUID, theirs: UUID) -> None:
        more = {"sha256": "", "options": Options(), "at": self.now}
        self.both(
            lambda: self.memory.complete_upload(mine, uuid4()),
            lambda: upload.complete_upload(video_id=theirs, **more) and None,
        )

    def _cancel(self, mine: UUID, theirs: UUID) -> None:
        self.both(
            lambda: self.memory.cancel(mine), lambda: upload.cancel_video(video_id=theirs) and 0
        )

    def _retry(self, mine: UUID, theirs: UUID) -> None:
        self.both(
            lambda: self.memory.retry(mine), lambda: upload.retry_extraction(video_id=theirs) and 0
        )

    def _again(self, mine: UUID, theirs: UUID) -> None:
        self.both(
            lambda: self.memory.extract_again(mine, uuid4()),
            lambda: upload.extract_again(video_id=theirs, options=Options()) and None,
        )

    def _delete(self, mine: UUID, theirs: UUID) -> None:
        if self.dice.random() < 0.3:
            self.both(
                lambda: self.memory.delete(mine), lambda: upload.delete_video(video_id=theirs)
            )

    def _close(self, mine: UUID, theirs: UUID) -> None:
        if self.dice.random() < 0.1:
            gone = self.memory.video(mine).owner_id
            deleted = messages.c.UserDeleted(user_id=gone, deleted_at=self.now)
            self.memory.close_owner(deleted)
            upload.close_owner(owner_id=gone, at=self.now)
            self.memory.empty_closed_accounts()
            upload.empty_closed_accounts()

    def _silent(self, mine: UUID, theirs: UUID) -> None:
        self.now += timedelta(seconds=700)
        Video.objects.update(active_at=Now() - timedelta(seconds=700))
        self.both(
            lambda: self.memory.expire_silent_uploads(),
            lambda: upload.expire_silent_uploads() and None,
        )

    def _heard(self, mine: UUID, theirs: UUID) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return the ids of one extraction of a video in both forms, with the same run."""
        ours = self.memory.extractions(mine)
        if not ours:
            return None
        number = self.dice.randrange(len(ours))
        other = Extraction.objects.get(video_id=theirs, extraction_no=number + 1)
        run = max(ours[number].run - self.dice.choice((0, 0, 0, 0, 1)), 1)
        return (
            {"extraction_id": ours[number].id, "video_id": mine, "run": run},
            {"extraction_id": other.pk, "video_id": theirs, "run": run},
        )

    def _ended(self, mine: UUID, theirs: UUID) -> None:
        if about := self._heard(mine, theirs):
            outcome = self.dice.choice(
                ("ready", "ready", "failed", "cancelled", "expired", "deleted")
            )
            until = self.now + timedelta(days=self.dice.randint(1, 3))
            ours, other = (
                messages.extraction_ended(outcome, **ids, expires_at=until) for ids in about
            )
            self.both(
                lambda: self.memory.record_ending(ours), lambda: upload.record_ending(ended=other)
            )

    def _published(self, mine: UUID, theirs: UUID) -> None:
        if about := self._heard(mine, theirs):
            ours, other = (messages.archive_published(**ids) for ids in about)
            self.memory.note_published(ours)
            upload.note_published(published=other)

    def _extended(self, mine: UUID, theirs: UUID) -> None:
        if about := self._heard(mine, theirs):
            until = self.now + timedelta(days=2)
            ours, other = (messages.expiry_extended(**ids, expires_at=until) for ids in about)
            self.memory.extend_expiry(ours)
            upload.extend_expiry(extended=other)

    def rows_in_memory(self) -> dict[Any, Any]:
        rows: dict[Any, Any] = {}
        for index, (mine, _) in enumerate(self.videos):
            video = self.memory.video(mine)
            rows[index] = (video.state.value, video.booked_bytes, video.sweeps_left)
            for each in self.memory.extractions(mine):
                rows[index, each.extraction_no] = _extraction(each, each.state.value)
        for owner in self.owners:
            quota = self.memory.session.get("quota", owner)
            rows["quota", owner] = (quota.used_bytes, quota.is_closed) if quota else (0, False)
        return rows

    def rows_in_postgres(self) -> dict[Any, Any]:
        rows: dict[Any, Any] = {}
        for index, (_, theirs) in enumerate(self.videos):
            video = Video.objects.get(pk=theirs)
            rows[index] = (video.state, video.booked_bytes, video.sweeps_left)
            for each in Extraction.objects.filter(video=video):
                rows[index, each.extraction_no] = _extraction(each, each.state)
        for owner in self.owners:
            quota = Quota.objects.filter(pk=owner).first()
            rows["quota", owner] = (
                (quota.used_bytes, quota.closed_at is not None) if quota else (0, False)
            )
        return rows


def _extraction(row: Any, state: str) -> tuple[Any, ...]:
    return (state, row.run, row.published_run, row.booked_bytes, row.expires_at, row.result is None)
