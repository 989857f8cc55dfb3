"""Download over memory: archives."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from apps.download.archive import Heard, State, react
from apps.download.exceptions import ForeignObjects, ResultMissing, ZipNotSeen
from frameflow.bus import UnitOfWork
from frameflow.contracts import (
    ArchivePublished,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionRequested,
    FileUploaded,
    Result,
    ids_of,
    objects_prefix,
)
from frameflow.storage import ObjectNotFound
from tests.simulation.tables.context import Context, Handlers

EXTEND_EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A row of download's table."""

    extraction_id: UUID
    video_id: UUID
    owner_id: UUID
    extraction_no: int
    run: int = 0
    state: State = State.NONE
    result: Result | None = None
    expires_at: datetime | None = None
    extended_at: datetime | None = None


class Download(Context):
    """The archives, by the id of their extraction."""

    name = "download"

    @property
    def handlers(self) -> Handlers:
        return dict.fromkeys(
            (FileUploaded, ExtractionRequested, ExtractionEnded), self.advance_archive
        )

    def advance_archive(self, heard: Heard) -> None:
        with self.work("advance archive") as uow:
            archive = self._archive(heard)
            reaction = react(archive.state, archive.run, heard)
            if reaction.is_impossible:
                self.alarms.append(f"archive {archive.state} run {archive.run} heard {heard!r}")
            if not reaction.is_change:
                return
            archive = replace(
                archive,
                state=reaction.state,
                run=reaction.run,
                result=None,
                expires_at=None,
                extended_at=None,
            )
            if isinstance(heard, ExtractionEnded) and archive.state is State.READY:
                archive = self._publish(uow, archive, heard)
            self.session.put("archive", archive.extraction_id, archive)

    def extend_expiry(self, extraction_id: UUID) -> None:
        """Somebody downloads the files."""
        retention = self.settings.retention
        archive: Archive = self.session.get("archive", extraction_id)
        if retention is None or archive.expires_at is None:
            return
        until = self.now + retention + EXTEND_EVERY
        with self.work("extend expiry") as uow:
            now: Archive = self.session.get("archive", extraction_id)
            is_due = now.extended_at is None or now.extended_at <= self.now - EXTEND_EVERY
            is_same = now.run == archive.run and now.state is State.READY
            if is_due and is_same and now.expires_at is not None and now.expires_at < until:
                now = replace(now, expires_at=until, extended_at=self.now)
                self.session.put("archive", extraction_id, now)
                uow.publish(ExpiryExtended(**ids_of(now), expires_at=until, cause="downloaded"))

    def _archive(self, heard: Heard) -> Archive:
        found: Archive | None = self.session.get("archive", heard.extraction_id)
        if found is None:
            ids = ids_of(heard)
            del ids["run"]
            found = Archive(**ids)
            self.session.put("archive", heard.extraction_id, found)
        return found

    def _publish(self, uow: UnitOfWork, archive: Archive, heard: ExtractionEnded) -> Archive:
        if heard.result is None:
            raise ResultMissing
        if not heard.result.zip_key.startswith(objects_prefix(ids_of(archive))):
            raise ForeignObjects("the verdict tells of objects elsewhere")
        self._see_zip(heard.result)
        told = {"zip_bytes": heard.result.zip_bytes, "zip_sha256": heard.result.zip_sha256}
        uow.publish(ArchivePublished(**ids_of(archive), **told))
        return replace(archive, result=heard.result, expires_at=heard.expires_at)

    def _see_zip(self, result: Result) -> None:
        try:
            size_bytes = self.objects.stat(result.zip_key).size_bytes
        except ObjectNotFound:
            raise ZipNotSeen(f"{result.zip_key} is not in the store") from None
        if size_bytes != result.zip_bytes:
            raise ZipNotSeen(f"{result.zip_key}: {size_bytes} bytes, not {result.zip_bytes}")
